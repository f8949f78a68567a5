import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';

/** An exchange on which a stock was seen. */
export interface Listing {
  readonly exchange: string;
  /** The most digits after the point that a price of it had. */
  readonly decimals: number;
}

/** Where a stock was seen, by name of the exchange. A sum has as many digits as the longest of its prices. */
export async function askListings(
  snapshot: Snapshot,
  { stock, exchange }: { readonly stock: string; readonly exchange?: string | undefined },
): Promise<readonly Listing[]> {
  const parameters = new Parameters();
  const name = parameters.add(stock, 'text');
  const only = exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(exchange, 'text')}`;
  const text = `
    SELECT exchange_name, max(scale(sum)) AS decimals FROM price_rollups
     WHERE stock_name = ${name} AND width = 'day'${only} GROUP BY exchange_name`;
  const rows = await snapshot.rows({ text, values: parameters.values });
  const found = new Map(rows.map((row: Row) => [row.exchange_name ?? '', Number(row.decimals)]));
  for (const tick of snapshot.tail) {
    if (tick.stock !== stock || (exchange !== undefined && tick.exchange !== exchange)) continue;
    const decimals = tick.price.split('.')[1]?.length ?? 0;
    found.set(tick.exchange, Math.max(decimals, found.get(tick.exchange) ?? 0));
  }
  return [...found]
    .map(([name, decimals]) => ({ exchange: name, decimals }))
    .sort((a, b) => (a.exchange < b.exchange ? -1 : 1));
}
