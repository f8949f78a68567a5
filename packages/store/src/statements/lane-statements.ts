/** What those that share the lanes say to PostgreSQL. Locks are named by ingest_lock_key(kind, name): member, writer, lane. */

const POSITION = `lane, log_id, position, fingerprint, seq,
    coalesce((extract(epoch FROM received_at) * 1000000)::bigint, 0) AS received_at, lanes,
    (extract(epoch FROM covered_until) * 1000000)::bigint AS covered_until,
    coalesce((extract(epoch FROM last_time) * 1000000)::bigint, 0) AS last_time, numbers`;

/** $1 kind, $2 name. */
export const TRY_LOCK = 'SELECT pg_try_advisory_lock(ingest_lock_key($1, $2)) AS locked';

/** $1 kind, $2 name. Waits for whoever has it. */
export const LOCK = 'SELECT pg_advisory_lock(ingest_lock_key($1, $2))';

/** $1 kind, $2 name. */
export const UNLOCK = 'SELECT pg_advisory_unlock(ingest_lock_key($1, $2))';

/** $1 kind, $2 name. Which backend this is, and whether the lock is its own. */
export const WHO_AM_I = `
  SELECT pg_backend_pid() AS pid, EXISTS (
    SELECT FROM ingest_locks WHERE key = ingest_lock_key($1, $2) AND pid = pg_backend_pid()) AS holds`;

/** $1 kind, $2 name. Ends the other backends that hold the lock. */
export const END_HOLDERS = `
  SELECT pg_terminate_backend(pid) FROM ingest_locks WHERE key = ingest_lock_key($1, $2) AND pid <> pg_backend_pid()`;

/**
 * $1 lane, $2 ms. Ends both backends of the member that holds the lane and was silent for so long. A session without a
 * heartbeat (a restored database may have lost its row) is as old as its last statement.
 */
export const END_SILENT_LEADER = `
  WITH silent AS (
    SELECT holder.pid, beating.owner FROM ingest_locks AS holder
    JOIN pg_stat_activity AS backend ON backend.pid = holder.pid
    LEFT JOIN (ingest_members AS beating JOIN ingest_locks AS own ON own.key = ingest_lock_key('member', beating.owner))
      ON own.pid = holder.pid
    WHERE holder.key = ingest_lock_key('lane', $1) AND holder.pid <> pg_backend_pid()
      AND coalesce(beating.heartbeat, backend.state_change) < clock_timestamp() - $2 * interval '1 millisecond'
  )
  SELECT pg_terminate_backend(pid) FROM (
    SELECT pid FROM silent
    UNION
    SELECT writer.pid FROM silent JOIN ingest_locks AS writer ON writer.key = ingest_lock_key('writer', silent.owner)
  ) AS backend`;

/** $1 lane, $2 owner. Ends what an earlier leader that is gone has in flight: its writer may outlive its session. */
export const END_DEAD_WRITER = `
  SELECT pg_terminate_backend(writer.pid) FROM ingest_positions AS p
  JOIN ingest_locks AS writer ON writer.key = ingest_lock_key('writer', p.owner)
  WHERE p.lane = $1 AND p.owner <> $2
    AND NOT EXISTS (SELECT FROM ingest_locks WHERE key = ingest_lock_key('member', p.owner))`;

/** $1 owner, $2 lanes. A heartbeat that is lost in a crash is no loss: it need not wait for the disk. */
export const BEAT = `
  WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO ingest_members (owner, lanes, heartbeat) SELECT $1, $2::text[], clock_timestamp() FROM quick
  ON CONFLICT (owner) DO UPDATE SET lanes = excluded.lanes, heartbeat = excluded.heartbeat
  RETURNING pg_backend_pid() AS pid`;

/** $1 owner. Forgets this member, and such as were not heard of for a day. */
export const LEAVE = `
  DELETE FROM ingest_members WHERE owner = $1 OR heartbeat < clock_timestamp() - interval '1 day'`;

/** $1 ms. Members that hold their lock, and were not silent for so long. */
export const LIVING_MEMBERS = `
  SELECT owner, lanes, pid FROM ingest_members JOIN ingest_locks ON key = ingest_lock_key('member', owner)
  WHERE heartbeat > clock_timestamp() - $1 * interval '1 millisecond' ORDER BY owner`;

/** $1 lanes. Each with the backend that holds it, and its row if there is one. */
export const SURVEY_LANES = `
  SELECT wanted.lane, holder.pid, p.owner, p.epoch, p.log_id, p.position, p.fingerprint, p.seq,
    coalesce((extract(epoch FROM p.received_at) * 1000000)::bigint, 0) AS received_at, p.lanes,
    (extract(epoch FROM p.covered_until) * 1000000)::bigint AS covered_until,
    coalesce((extract(epoch FROM p.last_time) * 1000000)::bigint, 0) AS last_time, p.numbers
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted (lane, place)
  LEFT JOIN ingest_positions AS p USING (lane)
  LEFT JOIN ingest_locks AS holder ON holder.key = ingest_lock_key('lane', wanted.lane)
  ORDER BY place`;

/** $1 lane, $2 exchange, $3 owner, $4 the highest epoch known. A new term; waits for what is in flight. */
export const TAKE_LANE = `
  INSERT INTO ingest_positions AS p (lane, exchange_name, owner, epoch) VALUES ($1, $2, $3, $4::bigint + 1)
  ON CONFLICT (lane) DO UPDATE SET owner = excluded.owner, epoch = greatest(p.epoch, $4) + 1
  RETURNING epoch, ${POSITION}`;

/** $1 lane, $2 owner. From here on nobody has a commit of it in flight. */
export const RELEASE_LANE = 'UPDATE ingest_positions SET owner = NULL WHERE lane = $1 AND owner = $2';

/**
 * $1 owner, $2 lanes, $3 epochs, $4 and $5 log ids and positions to start from, $6 log ids, $7 positions, $8 fingerprints,
 * $9 times, $10 seqs, $11 stored, $12 rejected, $13 how many lanes, $14 covered until, $15 times of the last ticks, $16
 * numbers, as `{1,2}`; NULL: as before. Moves, and tells, the lanes that are still ours and stand where they should.
 */
export const ADVANCE_LANES = `
  WITH ours AS (
    SELECT batch.* FROM ingest_positions AS p
    JOIN unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
      $10::bigint[], $11::bigint[], $12::bigint[], $13::int[], $14::timestamptz[], $15::timestamptz[], $16::text[])
      AS batch (lane, epoch, after_log, after_position, log_id, position, fingerprint, received_at, seq, stored, rejected,
      lanes, covered_until, last_time, numbers) USING (lane, epoch)
    WHERE p.owner = $1 AND (p.log_id, p.position) IS NOT DISTINCT FROM (batch.after_log, batch.after_position)
    ORDER BY p.lane FOR UPDATE OF p
  )
  UPDATE ingest_positions AS p SET log_id = ours.log_id, position = ours.position, fingerprint = ours.fingerprint,
    received_at = ours.received_at, seq = ours.seq, stored = p.stored + ours.stored,
    rejected = p.rejected + ours.rejected, lanes = coalesce(ours.lanes, p.lanes),
    covered_until = coalesce(ours.covered_until, p.covered_until), last_time = coalesce(ours.last_time, p.last_time),
    numbers = coalesce(ours.numbers::bigint[], p.numbers)
  FROM ours WHERE p.lane = ours.lane RETURNING p.lane`;

/** $1 owner, $2 lanes, $3 times. All that was heard up to there of lanes that are ours is stored; told every few seconds. */
export const COVER_LANES = `
  WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
  UPDATE ingest_positions AS p SET covered_until = heard.until
  FROM quick, unnest($2::text[], $3::timestamptz[]) AS heard (lane, until)
  WHERE p.lane = heard.lane AND p.owner = $1 AND p.covered_until < heard.until - interval '5 seconds'`;

/** $1 lanes. Waits for what is in flight. */
export const READ_LANES_FOR_UPDATE = `
  SELECT owner, epoch, ${POSITION} FROM ingest_positions WHERE lane = ANY ($1) ORDER BY lane FOR UPDATE`;

/** $1 lanes. */
export const READ_LANES = `SELECT owner, epoch, ${POSITION} FROM ingest_positions WHERE lane = ANY ($1)`;

export const READ_POSITIONS = `SELECT ${POSITION} FROM ingest_positions`;

/** All lanes that have a row, with who leads them (also if silent) and who else would. */
export const LIST_LANES = `
  WITH member AS (
    SELECT owner, lanes, pid FROM ingest_members JOIN ingest_locks ON key = ingest_lock_key('member', owner)
  )
  SELECT p.lane, p.position, p.seq, p.stored, p.rejected,
    extract(epoch FROM clock_timestamp() - p.received_at)::float8 AS age,
    (SELECT coalesce(max(member.owner), 'backend ' || max(holder.pid)) FROM ingest_locks AS holder
      LEFT JOIN member USING (pid) WHERE holder.key = ingest_lock_key('lane', p.lane)) AS leader,
    ARRAY(SELECT owner FROM member WHERE p.lane = ANY (member.lanes) ORDER BY owner) AS wanted_by
  FROM ingest_positions AS p`;

/** $1 lane. Until the end of the transaction nobody can take it; false: somebody has it. */
export const TRY_LOCK_LANE_HERE = `SELECT pg_try_advisory_xact_lock(ingest_lock_key('lane', $1)) AS locked`;

/** $1 lanes. */
export const DELETE_LANES = 'DELETE FROM ingest_positions WHERE lane = ANY ($1)';
