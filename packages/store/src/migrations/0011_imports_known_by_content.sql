-- An import is known by what its file says, not by the digest of the whole file: a file that has grown, or was cut, is
-- still the same one. position counts bytes of the unpacked text from now on, rows its lines.
ALTER TABLE import_progress
  ADD COLUMN rows    bigint NOT NULL DEFAULT 0,
  -- Digest of the text up to position.
  ADD COLUMN digest  text,
  -- What the text was read with (columns, time zone …), as far as it changes its meaning.
  ADD COLUMN options text NOT NULL DEFAULT '',
  -- The smallest hashes of its lines: how much two files have in common, wherever in them.
  ADD COLUMN sketch  bigint[] NOT NULL DEFAULT '{}';

-- Digests of the text up to a row's end: every row of the first, then ever fewer.
CREATE TABLE import_checkpoints (
  source text NOT NULL REFERENCES import_progress ON DELETE CASCADE,
  row    bigint NOT NULL,
  digest text NOT NULL,
  PRIMARY KEY (source, row)
);
CREATE INDEX idx_import_checkpoints_digest ON import_checkpoints (digest);

-- What each transaction of an import stored, so that it can be taken back.
CREATE TABLE import_portions (
  source        text NOT NULL REFERENCES import_progress ON DELETE CASCADE,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL,
  from_row      bigint NOT NULL,
  to_row        bigint NOT NULL,
  -- The numbers of its ticks, which no other import has.
  first_seq     bigint NOT NULL,
  last_seq      bigint NOT NULL,
  -- NULL: it has no ticks.
  from_time     timestamptz,
  to_time       timestamptz,
  -- NULL: too many to list.
  stocks        text[],
  stored        bigint NOT NULL,
  rejected      bigint NOT NULL,
  -- Its one line had no end: the file may have been cut in it.
  is_open       boolean NOT NULL,
  PRIMARY KEY (source, to_position)
);

-- The last number that an import has taken. One row.
CREATE TABLE import_numbers (last bigint NOT NULL);
INSERT INTO import_numbers VALUES (0);
