-- What is no tick: its bytes lie once, so many a minute, for so many days; what is beyond is counted.

-- The text for people is made of the bytes when it is read. Bytes that are no readable text are written as \xNN.
CREATE FUNCTION readable_message(raw bytea, bytes integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- PostgreSQL's text holds no NUL.
  plain bytea := CASE WHEN position('\x00'::bytea IN raw) = 0 THEN raw ELSE decode(replace(replace(
    regexp_replace(encode(raw, 'hex'), '(..)', ' \1', 'g'), ' 00', '5c783030'), ' ', ''), 'hex') END;
  odd text := '[\x01-\x1f\x7f-\x9f]';
  answer text;
  letter text;
BEGIN
  -- A message that was cut may end within a character.
  FOR missing IN 0 .. CASE WHEN octet_length(raw) < bytes THEN least(3, octet_length(plain)) ELSE 0 END LOOP
    BEGIN
      answer := convert_from(substring(plain FOR octet_length(plain) - missing), 'UTF8');
      EXIT;
    EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
      answer := NULL;
    END;
  END LOOP;
  IF answer IS NULL THEN
    answer := convert_from(plain, 'LATIN1');
    odd := '[\x01-\x1f\x7f-\xff]';
  END IF;
  FOR letter IN SELECT DISTINCT match[1] FROM regexp_matches(answer, odd, 'g') AS match LOOP
    answer := replace(answer, letter, '\x' || lpad(to_hex(ascii(letter)), 2, '0'));
  END LOOP;
  RETURN answer;
END
$$;

ALTER TABLE rejected_messages RENAME TO rejected_payloads;
-- Of rows that are there already too: only the catalogue changes, their room is used again when they go.
ALTER TABLE rejected_payloads DROP COLUMN message;
-- Messages by what is wrong with them, newest first.
CREATE INDEX idx_rejected_payloads_reason ON rejected_payloads (reason, id);
CREATE INDEX idx_rejected_payloads_exchange ON rejected_payloads (exchange_name, reason, id);

CREATE VIEW rejected_messages AS
SELECT id, received_at, exchange_name, reason, detail, readable_message(raw, bytes) AS message, raw, bytes
FROM rejected_payloads;

-- The view takes rows as the table did: from an earlier version that runs beside this one, and from a restore.
CREATE FUNCTION keep_rejected_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.id IS NULL THEN
    INSERT INTO rejected_payloads (received_at, exchange_name, reason, detail, raw, bytes)
    VALUES (NEW.received_at, NEW.exchange_name, NEW.reason, NEW.detail, NEW.raw, NEW.bytes) RETURNING id INTO NEW.id;
  ELSE
    INSERT INTO rejected_payloads (id, received_at, exchange_name, reason, detail, raw, bytes) OVERRIDING SYSTEM VALUE
    VALUES (NEW.id, NEW.received_at, NEW.exchange_name, NEW.reason, NEW.detail, NEW.raw, NEW.bytes);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_rejected_message INSTEAD OF INSERT ON rejected_messages
FOR EACH ROW EXECUTE FUNCTION keep_rejected_message();

-- How many there were in each minute (of their arrival), written by the transaction that keeps them.
CREATE TABLE rejected_counts (
  minute        timestamptz NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  reason        text COLLATE "C" NOT NULL,
  -- Whose writer counts here, so that none waits for another's; '': of files.
  lane          text COLLATE "C" NOT NULL DEFAULT '',
  count         bigint NOT NULL,
  -- Of these, as many are in rejected_messages.
  kept          bigint NOT NULL,
  PRIMARY KEY (minute, exchange_name, reason, lane)
);

-- How many there were ever, so that what was not kept, or not any more, is not forgotten.
CREATE TABLE rejected_totals (
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  reason        text COLLATE "C" NOT NULL,
  lane          text COLLATE "C" NOT NULL DEFAULT '',
  count         bigint NOT NULL,
  first_at      timestamptz NOT NULL,
  last_at       timestamptz NOT NULL,
  PRIMARY KEY (exchange_name, reason, lane)
);
INSERT INTO rejected_totals (exchange_name, reason, count, first_at, last_at)
SELECT exchange_name, reason, count(*), min(received_at), max(received_at) FROM rejected_payloads GROUP BY 1, 2;
