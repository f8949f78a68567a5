import { type Static, Type } from 'typebox';
import { HOLE_REASONS } from '../gap-reason.ts';
import type { LaneName } from '../lane.ts';
import { ExchangeName, Nullable, OneOf, StockName, Timestamp } from './scalars.ts';

/** A tick that may not be committed yet. The price is text, so that no JSON parser takes its digits. */
export const TailTick = Type.Object({
  stock_name: StockName,
  exchange_name: ExchangeName,
  lane: Type.String(),
  price: Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' }),
  timestamp: Timestamp,
  seq: Type.Integer({ minimum: 1 }),
});
export type TailTick = Static<typeof TailTick>;

/** A hole that is not recorded yet, or was a moment ago. */
export const TailHole = Type.Object({
  lane: Type.String(),
  /** How its exchange's stocks are dealt (a `LaneLayout`): which are meant. */
  lanes: Type.Integer(),
  from_time: Timestamp,
  /** Null: it goes on. */
  to_time: Nullable(Timestamp),
  from_seq: Nullable(Type.Integer()),
  /** Null: nothing came behind it yet. */
  to_seq: Nullable(Type.Integer()),
  messages: Nullable(Type.Integer({ minimum: 0 })),
  reason: OneOf(HOLE_REASONS),
  detail: Type.String(),
});
export type TailHole = Static<typeof TailHole>;

/**
 * What the subscriber's private `GET /tail?stock_name=X&after=NASDAQ/0:123,NYSE/0:456` answers. Of each lane that it leads
 * it holds every tick (of the stock, when one was named) with `from < seq <= to`; usable by whoever has committed up to
 * `from` or later. `configured` are the lanes that it would lead: what nobody leads is missing from every answer.
 */
export const TailReply = Type.Object({
  ticks: Type.Array(TailTick),
  lanes: Type.Record(
    Type.String(),
    Type.Object({ from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 0 }) }),
  ),
  configured: Type.Array(Type.String()),
  /** Of the lanes that it leads. */
  holes: Type.Array(TailHole),
});
export type TailReply = Static<typeof TailReply>;

/** Where the ticks that are received and perhaps not committed can be asked for. */
export interface TailSource {
  /**
   * @param stock only this stock's ticks; `undefined`: all
   * @param after the committed seq of each lane; earlier ticks need not be sent
   */
  tail(stock: string | undefined, after: ReadonlyMap<LaneName, number>): Promise<TailReply>;
}
