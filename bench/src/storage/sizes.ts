import pg from 'pg';

export interface DiskSizes {
  /** Heap, toast and free space of all that holds ticks; bytes. */
  readonly rows: number;
  readonly indexes: number;
}

/** What unsealed ticks take: the partitions of days and what is late. */
export function unsealedSizes(databaseUrl: string): Promise<DiskSizes> {
  return sizes(
    databaseUrl,
    "SELECT inhrelid AS relation FROM pg_inherits WHERE inhparent = 'day_prices'::regclass UNION ALL SELECT 'late_prices'::regclass",
  );
}

/** What sealed days take: blocks, with their toast and its index. */
export function sealedSizes(databaseUrl: string): Promise<DiskSizes> {
  return sizes(
    databaseUrl,
    "SELECT relation::regclass AS relation FROM unnest('{sealed_blocks,sealed_days}'::text[]) AS relation",
  );
}

async function sizes(databaseUrl: string, relations: string): Promise<DiskSizes> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ rows: string; indexes: string }>(
    `SELECT sum(pg_table_size(relation)) AS rows, sum(pg_indexes_size(relation)) AS indexes FROM (${relations}) AS relations`,
  );
  await client.end();
  return { rows: Number(rows[0]?.rows), indexes: Number(rows[0]?.indexes) };
}
