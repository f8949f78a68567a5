import { until } from '../servers/index.ts';
import type { House } from './house.ts';

/** Waits until the API knows so many stocks. */
export async function storedStocks({ address }: House, count: number): Promise<void> {
  const known = async (): Promise<number> =>
    ((await (await fetch(`${address}/api/stocks?limit=1000`)).json()) as unknown[]).length;
  await until(async () => (await known()) === count, { what: `${count} stocks` });
}

/** Waits until the API knows so many ticks of a stock. */
export async function storedTicks({ address }: House, stock: string, count: number): Promise<void> {
  const known = async (): Promise<number> => {
    const answer = await fetch(`${address}/api/average/${encodeURIComponent(stock)}`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  };
  await until(async () => (await known()) >= count, { what: `${count} ticks of ${stock}` });
}
