-- What the system knows that it does not have, and since when it knows.

-- A hole: messages that were, or may have been, published and are not stored. Written by the transaction that stores what
-- comes behind it, or by the import that found it.
CREATE TABLE gaps (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Whose ticks are missing: those of the stocks that were in this lane when the exchange had so many. Of a file: '' of 1.
  lane          varchar(255) COLLATE "C" NOT NULL,
  lanes         integer NOT NULL DEFAULT 1 CHECK (lanes > 0),
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  -- The last tick before it and the first one behind it, by their own times; what is missing may share either time.
  from_time     timestamptz NOT NULL,
  to_time       timestamptz NOT NULL,
  from_seq      bigint,
  to_seq        bigint,
  -- NULL: nobody knows how many.
  messages      bigint CHECK (messages >= 0),
  reason        text COLLATE "C" NOT NULL,
  detail        text NOT NULL DEFAULT '',
  -- Only these stocks' ticks may be missing; NULL: the whole lane's.
  stocks        text[],
  -- The import that found it.
  source        text REFERENCES import_progress ON DELETE CASCADE,
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  CHECK (from_time <= to_time)
);
CREATE INDEX idx_gaps_time ON gaps USING gist (tstzrange(from_time, to_time, '[]'));
CREATE INDEX idx_gaps_source ON gaps (source) WHERE source IS NOT NULL;

-- What is known to be covered: from when on an exchange is listened to (all of that is covered but for its gaps), and what
-- files brought.
CREATE TABLE coverage (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  -- NULL: every stock.
  stock_name    varchar(255) COLLATE "C",
  from_time     timestamptz NOT NULL,
  -- NULL: it goes on, as far as the exchange's lanes are stored.
  to_time       timestamptz,
  -- The import that brought it; NULL: it was listened to.
  source        text REFERENCES import_progress ON DELETE CASCADE,
  CHECK (from_time <= to_time),
  CHECK ((to_time IS NULL) = (source IS NULL))
);
CREATE UNIQUE INDEX idx_coverage_live ON coverage (exchange_name) WHERE source IS NULL;
CREATE INDEX idx_coverage_time ON coverage USING gist (tstzrange(from_time, to_time, '[]'));
CREATE INDEX idx_coverage_source ON coverage (source) WHERE source IS NOT NULL;

ALTER TABLE ingest_positions
  -- How many lanes the exchange has.
  ADD COLUMN lanes         integer NOT NULL DEFAULT 1,
  -- All that was published up to here, and heard, is stored.
  ADD COLUMN covered_until timestamptz,
  -- Time of the last tick up to position: what is missing behind it comes after.
  ADD COLUMN last_time     timestamptz,
  -- Up to which numbers publishers counted that number their messages.
  ADD COLUMN numbers       bigint[] NOT NULL DEFAULT '{}';

-- Earlier versions recorded no holes: what they stored is not known to be complete. From here on it is known.
UPDATE ingest_positions SET covered_until = received_at, last_time = received_at;
INSERT INTO coverage (exchange_name, from_time)
SELECT exchange_name, max(received_at) FROM ingest_positions WHERE received_at IS NOT NULL GROUP BY exchange_name;

-- Ticks far from what their stock cost just before. They stay in every figure.
CREATE TABLE outliers (
  "timestamp"   timestamptz NOT NULL,
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  seq           bigint NOT NULL,
  price         numeric NOT NULL,
  -- Of the prices before it, and of their distances from that.
  median        numeric NOT NULL,
  deviation     numeric NOT NULL,
  PRIMARY KEY (stock_name, "timestamp", exchange_name, seq)
);
