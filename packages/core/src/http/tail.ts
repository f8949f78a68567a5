import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ExchangeName, StockName, Timestamp } from './scalars.ts';

/** A tick that may not be committed yet. The price is text, so that no JSON parser takes its digits. */
export const TailTick = Type.Object({
  stock_name: StockName,
  exchange_name: ExchangeName,
  price: Type.String({ pattern: '^\\d+(\\.\\d+)?$' }),
  timestamp: Timestamp,
  seq: Type.Integer({ minimum: 1 }),
});
export type TailTick = Static<typeof TailTick>;

/**
 * What the subscriber's private `GET /tail?stock_name=X&after=NASDAQ:123,NYSE:456` answers. For each exchange it holds
 * every tick (of the stock, when one was named) with `from < seq <= to`; usable by whoever has committed up to `from` or later.
 */
export const TailReply = Type.Object({
  ticks: Type.Array(TailTick),
  exchanges: Type.Record(
    Type.String(),
    Type.Object({ from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 0 }) }),
  ),
});
export type TailReply = Static<typeof TailReply>;

/** True for what fits {@link TailReply}. */
export function isTailReply(value: unknown): value is TailReply {
  return Value.Check(TailReply, value);
}

/** Where the ticks that are received and perhaps not committed can be asked for. */
export interface TailSource {
  /**
   * @param stock only this stock's ticks; `undefined`: all
   * @param after the committed seq of each exchange; earlier ticks need not be sent
   */
  tail(stock: string | undefined, after: ReadonlyMap<string, number>): Promise<TailReply>;
}

/** `NASDAQ:123,NYSE:456`, as the `after` parameter is written. */
export function encodeAfter(after: ReadonlyMap<string, number>): string {
  return [...after].map(([exchange, seq]) => `${exchange}:${seq}`).join(',');
}

/** Reads {@link encodeAfter}'s text; `undefined`: unreadable. */
export function parseAfter(text: string): Map<string, number> | undefined {
  const after = new Map<string, number>();
  for (const item of text === '' ? [] : text.split(',')) {
    const parts = /^([^:,]+):(\d{1,16})$/.exec(item);
    if (parts === null) return undefined;
    after.set(parts[1] ?? '', Number(parts[2]));
  }
  return after;
}
