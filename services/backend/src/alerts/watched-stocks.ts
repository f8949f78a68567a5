import type { AskOptions, StockOverview, TickReader } from '@tickwatch/store';

/** So many names are asked for one by one; of more, all stocks are. */
const FEW = 10;

/** A stock on an exchange, and when its first tick was. */
export type WatchedStock = Pick<StockOverview, 'stock' | 'exchange' | 'firstTime'>;

/**
 * The stocks with ticks that a rule watches.
 * @param scope what is left out is all of them
 * @param most of more, the first ones; default: all
 */
export async function watchedStocks(
  reader: TickReader,
  { stocks, exchange }: { readonly stocks?: readonly string[] | undefined; readonly exchange?: string | undefined },
  most?: number,
  options?: AskOptions,
): Promise<readonly WatchedStock[]> {
  const ask = async (stock?: string, limit?: number): Promise<readonly WatchedStock[]> =>
    (await reader.stocks({ stock, exchange, limit }, options)).value;
  if (stocks === undefined) return await ask(undefined, most);
  if (stocks.length > FEW) {
    const wanted = new Set(stocks);
    return (await ask()).filter(({ stock }) => wanted.has(stock)).slice(0, most);
  }
  const found: WatchedStock[] = [];
  for (const stock of stocks) found.push(...(await ask(stock)));
  return found.slice(0, most);
}
