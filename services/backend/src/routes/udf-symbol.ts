import type { TickReader } from '@tickwatch/store';

/** A stock on one exchange: a chart of two at once would show the one's highs beside the other's lows. */
export interface UdfStock {
  readonly stock: string;
  readonly exchange: string;
  /** The most digits after the point that a price had. */
  readonly decimals: number;
}

/**
 * Finds `EXCHANGE:STOCK`, as symbols are given out, or a bare stock: then on the first exchange, by name, that has it. A
 * stock may have a colon in its own name, so that what is no exchange and stock is looked for as a whole.
 */
export async function findUdfStock(
  reader: TickReader,
  symbol: string,
  signal: AbortSignal,
): Promise<UdfStock | undefined> {
  const colon = symbol.indexOf(':');
  const [exchange, stock] = [symbol.slice(0, colon), symbol.slice(colon + 1)];
  if (colon > 0 && stock !== '') {
    const [listing] = (await reader.listings({ stock, exchange }, { signal })).value;
    if (listing !== undefined) return { stock, ...listing };
  }
  const [first] = (await reader.listings({ stock: symbol }, { signal })).value;
  return first && { stock: symbol, ...first };
}
