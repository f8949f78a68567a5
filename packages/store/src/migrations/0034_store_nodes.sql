-- Which of several databases this one is, where they share the lanes of every exchange (npm run distribute). No row: it has all lanes.
CREATE TABLE store_node (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  node    integer NOT NULL,
  nodes   integer NOT NULL CHECK (nodes > 1),
  -- marked: it is about to be divided. dividing: what is another node's is being deleted. ready: it has its own part, and takes ticks.
  state   text COLLATE "C" NOT NULL DEFAULT 'marked' CHECK (state IN ('marked', 'dividing', 'ready')),
  -- What all nodes together have to have: stocks on exchanges, and their ticks, as they were in the one database.
  stocks  bigint NOT NULL,
  ticks   bigint NOT NULL,
  CHECK (node >= 0 AND node < nodes)
);

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT}', '{store_node}'),
  ('tickwatch_reader', '{SELECT}', '{store_node}'),
  ('grafana_reader', '{SELECT}', '{store_node}');
