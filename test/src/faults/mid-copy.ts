import { until } from '../servers/index.ts';
import type { Database } from './database.ts';
import type { FaultStack } from './fault-stack.ts';

/** Makes each COPY last some 100 ms longer, so that a fault surely finds one in its middle. */
export async function slowRows(database: Database): Promise<void> {
  await database.query(`
    CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;
    CREATE TRIGGER slow_row BEFORE INSERT ON day_prices
      FOR EACH ROW WHEN (NEW.stock_name = 'S7') EXECUTE FUNCTION slow_row();
    CREATE TRIGGER slow_row BEFORE INSERT ON late_prices
      FOR EACH ROW WHEN (NEW.stock_name = 'S7') EXECUTE FUNCTION slow_row()`);
}

/** Waits for a COPY of this stack. @returns all databases in which one runs */
export async function untilCopying({ postgres, database }: FaultStack): Promise<readonly string[]> {
  const client = await postgres.connect();
  let names: readonly string[] = [];
  await until(
    async () => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT datname AS name FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'",
      );
      names = rows.map(({ name }) => name);
      return names.includes(database.name);
    },
    { everyMs: 5, what: 'a COPY that runs' },
  );
  // The server is killed or stopped next: nobody waits for the connection's goodbye.
  void client.end().catch(() => {});
  return names;
}
