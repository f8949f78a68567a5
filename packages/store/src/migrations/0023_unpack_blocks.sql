-- Reads sealed_blocks by SQL alone. How a block is packed: docs/storage.md, "A block".

-- What a block's checksum has to be: block-checksum.ts makes the same.
CREATE FUNCTION block_checksum(block sealed_blocks) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT substring(sha256(convert_to(array_to_string(ARRAY[block.version::text, block.stock_name, block.exchange_name,
    (extract(epoch FROM block.first_time) * 1000000)::bigint::text, (extract(epoch FROM block.last_time) * 1000000)::bigint::text,
    block.place::text, block.count::text, block.scale::text, block.scale_kind::text, block.first_price::text,
    array_to_string(block.times, ','), array_to_string(block.prices, ','), array_to_string(block.scales, ','),
    array_to_string(block.ties, ','), array_to_string(block.origins, ','), array_to_string(block.numbers, ','),
    ''], E'\n', ''), 'UTF8') || block.payload) FROM 1 FOR 8);
END;

-- False, with a warning that names the block: it is not what was written, or a newer Tickwatch wrote it.
CREATE FUNCTION is_sound_block(block sealed_blocks) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
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
CREATE FUNCTION packed_bytes(code integer[], n integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE WHEN code IS NULL THEN 0 ELSE ((n * (code[2] + code[3]) + 7) / 8 + code[4]) END;
END;

-- The n values of the column that starts behind so many bytes of the payload. With first: n + 1 values, the first one and those
-- at these distances, each from the one before; is_signed: 0, -1, 1, -2 are packed as 0, 1, 2, 3.
CREATE FUNCTION unpack_column(payload bytea, start integer, n integer, code bigint[], first bigint DEFAULT NULL, is_signed boolean DEFAULT false)
RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp AS $$
DECLARE
  least bigint := code[1];
  low integer := code[2];
  ranked integer := code[3];
  width integer := low + ranked;
  field_bytes integer := (n * width + 7) / 8;
  fields varbit;
  unary_bits text;
  mask bigint := (1::bigint << low) - 1;
  highs bigint[] := CASE WHEN cardinality(code) > 4 THEN code[5:] END;
  result bigint[];
BEGIN
  IF payload IS NULL OR code IS NULL THEN
    RETURN CASE WHEN payload IS NOT NULL AND first IS NOT NULL THEN ARRAY[first] END;
  END IF;
  fields := ('x' || encode(substring(payload FROM start + 1 FOR field_bytes), 'hex'))::varbit;
  -- Without the last one: string_to_table gives what is around the ones.
  unary_bits := left(rtrim(('x' || encode(substring(payload FROM start + 1 + field_bytes FOR code[4]::integer), 'hex'))::varbit::text, '0'), -1);
  -- Rows of functions stay in their order. Sums of doubles are quick, and exact: below 2^53.
  SELECT array_agg(CASE WHEN first IS NULL THEN value ELSE first + sum::bigint END) INTO result FROM (
    SELECT value, sum((CASE WHEN is_signed THEN (value >> 1) # -(value & 1) ELSE value END)::float8) OVER (ROWS UNBOUNDED PRECEDING) AS sum
    FROM (
      SELECT CASE
        WHEN width = 0 THEN least + (CASE WHEN highs IS NULL THEN coalesce(length(zeros), 0) ELSE highs[1 + coalesce(length(zeros), 0)] END)
        WHEN highs IS NULL THEN least + substring(fields FROM 1 + i * width FOR width)::bigint + (coalesce(length(zeros), 0)::bigint << width)
        ELSE least + (substring(fields FROM 1 + i * width FOR width)::bigint & mask)
          + (highs[1 + (substring(fields FROM 1 + i * width FOR width)::bigint >> low) + (coalesce(length(zeros), 0) << ranked)] << low)
      END AS value
      FROM ROWS FROM (generate_series(0, n - 1), string_to_table(unary_bits, '1')) AS packed (i, zeros)
      OFFSET 0
    ) AS v
  ) AS s;
  RETURN CASE WHEN first IS NULL THEN result ELSE first || result END;
END
$$;

-- Each tick's seq in a block of n ticks.
CREATE FUNCTION unpack_seqs(payload bytea, start integer, n integer, times integer[], ties bigint[], origins bigint[])
RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp AS $$
DECLARE
  moments bigint[];
  tied integer[];
  own bigint[];
  result bigint[];
BEGIN
  IF payload IS NULL THEN
    RETURN NULL;
  ELSIF origins IS NULL THEN
    result := array_fill(0::bigint, ARRAY[n]);
  ELSE
    SELECT array_agg(origins[run + 1] ORDER BY run) INTO result
      FROM generate_series(1, cardinality(origins), 2) AS run, generate_series(1, origins[run]);
  END IF;
  IF ties IS NOT NULL THEN
    moments := unpack_column(payload, 0, n - 1, times, 0);
    SELECT array_agg(i ORDER BY i) INTO tied FROM generate_series(1, n) AS i WHERE moments[i] IN (moments[i - 1], moments[i + 1]);
    own := unpack_column(payload, start, cardinality(tied), ties, 0, true);
    FOR i IN 1 .. cardinality(tied) LOOP
      result[tied[i]] := own[i + 1];
    END LOOP;
  END IF;
  RETURN result;
END
$$;

-- The ticks of a block, in order; none of one that is not sound. What is not asked for is not unpacked.
CREATE FUNCTION unpack_block(block sealed_blocks)
RETURNS TABLE ("timestamp" timestamptz, price numeric, seq bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4096
BEGIN ATOMIC
SELECT
  first_time + moments[i] * interval '1 microsecond',
  CASE scale_kind
    WHEN 0 THEN mantissas[i] * unit
    WHEN 1 THEN trim_scale(mantissas[i] * unit)
    WHEN 2 THEN round(mantissas[i] * unit, (scale - cut[i])::integer)
    ELSE numbers[i]
  END,
  CASE WHEN has_seqs THEN seqs[i] ELSE 0 END
-- OFFSET 0: once a block, not once a tick.
FROM (
  SELECT CASE WHEN is_sound_block(block) THEN block.payload END AS payload,
    packed_bytes(block.times, block.count - 1) AS prices_at,
    packed_bytes(block.times, block.count - 1) + packed_bytes(block.prices, block.count - 1) AS scales_at,
    packed_bytes(block.times, block.count - 1) + packed_bytes(block.prices, block.count - 1) + packed_bytes(block.scales, block.count) AS ties_at
  OFFSET 0
) AS sound
CROSS JOIN LATERAL (
  SELECT block.first_time AS first_time, unpack_column(payload, 0, block.count - 1, block.times, 0) AS moments,
    CASE WHEN block.scale < 0 THEN 3 ELSE block.scale_kind END AS scale_kind, block.scale AS scale, block.numbers AS numbers,
    CASE WHEN block.scale >= 0 THEN unpack_column(payload, prices_at, block.count - 1, block.prices, block.first_price, true) END AS mantissas,
    CASE WHEN block.scale_kind = 2 THEN unpack_column(payload, scales_at, block.count, block.scales) END AS cut,
    ('1e-' || greatest(block.scale, 0))::numeric AS unit,
    block.ties IS NOT NULL OR block.origins IS NOT NULL AS has_seqs,
    CASE WHEN block.ties IS NOT NULL OR block.origins IS NOT NULL
      THEN unpack_seqs(payload, ties_at, block.count, block.times, block.ties, block.origins) END AS seqs
  OFFSET 0
) AS columns
CROSS JOIN LATERAL generate_series(1, CASE WHEN payload IS NULL THEN 0 ELSE block.count END) AS i
OFFSET 0;
END;
