-- How far each exchange is stored, written by the transaction that stores the rows.
CREATE TABLE ingest_positions (
  exchange_name varchar(255) COLLATE "C" PRIMARY KEY,
  -- The log that position belongs to, and the place in it. NULL: nothing is stored yet.
  log_id        text,
  position      text,
  -- Number of the last tick up to position.
  seq           bigint NOT NULL DEFAULT 0,
  fingerprint   text NOT NULL DEFAULT '',
  -- When the last message up to position was received.
  received_at   timestamptz,
  -- Who ingests, in which term of office (fencing token: a commit of an earlier term changes nothing), last seen when.
  owner         text,
  epoch         bigint NOT NULL DEFAULT 0,
  heartbeat     timestamptz,
  -- Since the first tick ever.
  stored        bigint NOT NULL DEFAULT 0,
  rejected      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Messages that are no ticks, and ticks that PostgreSQL refused for their content (reason refused_by_database).
CREATE TABLE rejected_messages (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at   timestamptz NOT NULL,
  exchange_name varchar(255) NOT NULL,
  reason        text NOT NULL,
  detail        text NOT NULL,
  -- For people: bytes that are no readable text are written as \xNN.
  message       text NOT NULL,
  -- The first 8192 bytes, exactly; bytes is the full length.
  raw           bytea NOT NULL,
  bytes         integer NOT NULL
);
CREATE INDEX idx_rejected_messages_received_at ON rejected_messages (received_at);

-- How far a file is imported, written by the transaction that stores its rows: a restarted import doubles nothing.
CREATE TABLE import_progress (
  source     text PRIMARY KEY,
  -- Opaque to the store: the importer's place in the file.
  position   bigint NOT NULL DEFAULT 0,
  stored     bigint NOT NULL DEFAULT 0,
  rejected   bigint NOT NULL DEFAULT 0,
  finished   boolean NOT NULL DEFAULT false,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
