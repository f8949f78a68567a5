import pg from 'pg';

/** Bytes of the partitions of days and of what is late, with their indexes. */
export function unsealedBytes(databaseUrl: string): Promise<number> {
  return totalBytes(
    databaseUrl,
    "SELECT inhrelid AS relation FROM pg_inherits WHERE inhparent = 'day_prices'::regclass UNION ALL SELECT 'late_prices'::regclass",
  );
}

/** Bytes of the blocks and the list of sealed days, with indexes and toast. */
export function sealedBytes(databaseUrl: string): Promise<number> {
  return totalBytes(databaseUrl, "SELECT unnest('{sealed_blocks,sealed_days}'::regclass[]) AS relation");
}

async function totalBytes(databaseUrl: string, relations: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>(
    `SELECT sum(pg_total_relation_size(relation)) AS bytes FROM (${relations}) AS relations`,
  );
  await client.end();
  return Number(rows[0]?.bytes);
}
