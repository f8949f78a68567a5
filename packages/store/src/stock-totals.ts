import type pg from 'pg';
import { REFRESH_TOTALS, STOCK_NAMES_AFTER, WRONG_TOTALS } from './statements/write-statements.ts';

/** Totals of a stock on an exchange that are not what its rollups amount to. */
export interface TotalsDifference {
  readonly stock: string;
  readonly exchange: string;
  readonly detail: string;
}

/** Whoever writes one of so many stocks waits for them, which is a second at a thousand days. */
const STOCKS_A_STATEMENT = 500;

export async function rebuildTotals(client: pg.ClientBase): Promise<void> {
  for await (const names of allNames(client)) await client.query(REFRESH_TOTALS, [names]);
}

export async function verifyTotals(client: pg.ClientBase): Promise<readonly TotalsDifference[]> {
  const differences: TotalsDifference[] = [];
  for await (const names of allNames(client)) {
    differences.push(...(await client.query<TotalsDifference>(WRONG_TOTALS, [names])).rows);
  }
  return differences;
}

/** Portions of the names in order. */
async function* allNames(client: pg.ClientBase): AsyncIterable<readonly string[]> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ stock: string }>(STOCK_NAMES_AFTER, [after, STOCKS_A_STATEMENT]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ stock }) => stock);
    after = last.stock;
  }
}
