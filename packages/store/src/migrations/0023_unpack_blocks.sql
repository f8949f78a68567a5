-- Reads sealed_blocks by SQL alone. How a block is packed: docs/storage.md, "A block".

-- What a block's checksum has to be: block-checksum.ts makes the same.
CREATE FUNCTION block_checksum(block sealed_blocks) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT substring(sha256(convert_to(array_to_string(ARRAY[block.version::text, block.stock_name, block.exchange_name,
    (extract(epoch FROM block.first_time) * 1000000)::bigint::text, (extract(epoch FROM block.last_time) * 1000000)::bigint::text,
    block.place::text, block.count::text, block.scale::text, block.scale_kind::text, block.first_price::text,
    array_to_string(block.times, ','), array_to_string(block.prices, ','), array_to_string(block.scales, ','),
    array_to_string(block.ties, ','), array_to_string(block.origins, ','), array_to_string(block.numbers, ','),
    ''], E'\n', ''), 'UTF8') || block.payload) FROM 1 FOR 8)
$$;

-- False, with a warning that names the block: it is not what was written, or a newer Tickwatch wrote it.
CREATE FUNCTION is_sound_block(block sealed_blocks) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  why text := 'its bytes do not match its checksum';
BEGIN
  IF block.version > 1 THEN
    why := format('its version is %s: a newer Tickwatch wrote it', block.version);
  ELSIF block_checksum(block) = block.checksum THEN
    RETURN true;
  END IF;
  RAISE WARNING 'block % of % on %, %, is unreadable: %; its % ticks are missing', block.place, block.stock_name,
    block.exchange_name, (block.first_time AT TIME ZONE 'UTC')::date, why, block.count USING ERRCODE = 'data_corrupted';
  RETURN false;
END
$$;

-- Bytes of a column of so many values.
CREATE FUNCTION packed_bytes(code bigint[], n integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN code IS NULL THEN 0 ELSE ((n * (code[2] + code[3]) + 7) / 8 + code[4])::integer END
$$;

-- The n values of a column that starts behind so many bytes of the payload; as_sums: the running sums of what zigzag or
-- plain distances they are.
CREATE FUNCTION unpack_column(payload bytea, start integer, n integer, code bigint[], is_zigzag boolean, as_sums boolean)
RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  low integer := code[2];
  ranked integer := code[3];
  width integer := low + ranked;
  field_bytes integer := (n * width + 7) / 8;
  fields varbit := ('x' || encode(substring(payload FROM start + 1 FOR field_bytes), 'hex'))::varbit;
  unary_bits text := rtrim(('x' || encode(substring(payload FROM start + 1 + field_bytes FOR code[4]::integer), 'hex'))::varbit::text, '0');
  least bigint := code[1];
  mask bigint := (1::bigint << low) - 1;
  highs bigint[] := CASE WHEN cardinality(code) > 4 THEN code[5:] END;
  result bigint[];
BEGIN
  SELECT array_agg(CASE WHEN as_sums THEN sum ELSE value END) INTO result FROM (
    SELECT value, CASE WHEN as_sums THEN
        (sum((CASE WHEN is_zigzag THEN (value >> 1) # -(value & 1) ELSE value END)::float8) OVER (ROWS UNBOUNDED PRECEDING))::bigint END AS sum
    FROM (
      SELECT least + (field & mask) + (CASE WHEN highs IS NULL THEN rank ELSE highs[rank + 1] END << low) AS value
      FROM (
        SELECT field, (field >> low) + (coalesce(length(zeros), 0)::bigint << ranked) AS rank
        FROM (
          SELECT CASE WHEN width = 0 THEN 0 ELSE substring(fields FROM 1 + i * width FOR width)::bigint END AS field, zeros
          FROM ROWS FROM (generate_series(0, n - 1), string_to_table(left(unary_bits, -1), '1')) AS packed (i, zeros)
        ) AS f
      ) AS r
    ) AS v
  ) AS s;
  RETURN result;
END
$$;

-- Each tick's seq in a block. moments: µs since the block's first tick, of all ticks but that one.
CREATE FUNCTION unpack_seqs(payload bytea, start integer, n integer, moments bigint[], ties bigint[], origins bigint[])
RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  all_moments bigint[] := 0 || moments;
  result bigint[];
  tied integer[];
  own bigint[];
BEGIN
  IF origins IS NULL THEN
    result := array_fill(0::bigint, ARRAY[n]);
  ELSE
    SELECT array_agg(origins[run + 1] ORDER BY run) INTO result
      FROM generate_series(1, cardinality(origins), 2) AS run, generate_series(1, origins[run]);
  END IF;
  IF ties IS NOT NULL THEN
    SELECT array_agg(i ORDER BY i) INTO tied FROM generate_series(1, n) AS i
     WHERE all_moments[i] IN (all_moments[i - 1], all_moments[i + 1]);
    own := unpack_column(payload, start, cardinality(tied), ties, true, true);
    FOR i IN 1 .. cardinality(tied) LOOP
      result[tied[i]] := own[i];
    END LOOP;
  END IF;
  RETURN result;
END
$$;

-- The ticks of a block, in order; none of one that is not sound. What is not asked for is not unpacked.
CREATE FUNCTION unpack_block(block sealed_blocks)
RETURNS TABLE ("timestamp" timestamptz, price numeric, seq bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4096 AS $$
SELECT
  block.first_time + coalesce(moments[i - 1], 0) * interval '1 microsecond',
  CASE
    WHEN block.numbers IS NOT NULL THEN block.numbers[i]
    WHEN block.scale_kind = 0 THEN (block.first_price + coalesce(moves[i - 1], 0)) * unit
    WHEN block.scale_kind = 1 THEN trim_scale((block.first_price + coalesce(moves[i - 1], 0)) * unit)
    ELSE round((block.first_price + coalesce(moves[i - 1], 0)) * unit, (block.scale - cut[i])::integer)
  END,
  coalesce(seqs[i], 0)
FROM (SELECT CASE WHEN is_sound_block(block) THEN block.payload END AS payload, packed_bytes(block.times, block.count - 1) AS prices_at,
    packed_bytes(block.prices, block.count - 1) AS scales_at, packed_bytes(block.scales, block.count) AS ties_at OFFSET 0) AS sound
CROSS JOIN LATERAL (SELECT
    unpack_column(payload, 0, block.count - 1, block.times, false, true) AS moments,
    unpack_column(payload, prices_at, block.count - 1, block.prices, true, true) AS moves,
    unpack_column(payload, prices_at + scales_at, block.count, block.scales, false, false) AS cut,
    ('1e-' || greatest(block.scale, 0))::numeric AS unit OFFSET 0) AS columns
CROSS JOIN LATERAL (SELECT CASE WHEN block.ties IS NOT NULL OR block.origins IS NOT NULL THEN
    unpack_seqs(payload, prices_at + scales_at + ties_at, block.count, moments, block.ties, block.origins) END AS seqs OFFSET 0) AS numbered
CROSS JOIN LATERAL generate_series(1, CASE WHEN payload IS NULL THEN 0 ELSE block.count END) AS i
OFFSET 0
$$;
