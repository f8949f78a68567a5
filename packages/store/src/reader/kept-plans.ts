import type pg from 'pg';
import { ask, type ReadConnection } from './read-pool.ts';

/*
 * Planning a summary takes twice as long as answering it. A plan for any values reads and locks every partition, so it is made anew
 * for a statement that reads unsealed ticks; any other one's is kept. It may be made while the tables are empty, and has to
 * fit them when they are not: hence no scan of a whole table that has an index.
 */
const KEPT = 'SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off';
const ANEW = 'SET plan_cache_mode = force_custom_plan; SET enable_seqscan = on';

const keeping = new WeakSet<pg.PoolClient>();

/** Before a statement outside of transactions: whether its plan is kept or made anew. Asks the server only where that changes. */
export async function keepPlans(connection: ReadConnection, isKept: boolean): Promise<void> {
  const { client } = connection;
  if (keeping.has(client) === isKept) return;
  await ask(connection, { text: isKept ? KEPT : ANEW, values: [] });
  if (isKept) keeping.add(client);
  else keeping.delete(client);
}

/** SQL: commands at a transaction's begin, so that plans are made anew in it. A rollback must not change what is known of the connection. */
export function plansAnew({ client }: ReadConnection): string {
  return keeping.has(client) ? `${ANEW.replaceAll('SET ', 'SET LOCAL ')};` : '';
}
