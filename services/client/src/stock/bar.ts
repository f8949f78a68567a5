import { type Candle, type LaneName, parseTime } from '@tickwatch/core';

/** How far an answer reaches in each lane; shared by all bars of the answer. */
export type Position = ReadonlyMap<LaneName, number>;

/** One candle. Changed in place by live ticks. */
export interface Bar {
  /** Begin, epoch seconds. */
  readonly time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  count: number;
  /** Sum of its ticks' prices. */
  sum: number;
  /** False when history lacks ticks of it, or may. */
  readonly complete: boolean;
  /** What history has counted in already; undefined: made of live ticks only. */
  readonly position: Position | undefined;
  /** What history is as of, epoch µs: all up to there is counted in, also what came later. undefined: it is of now. */
  readonly moment?: number | undefined;
}

export function barOf(candle: Candle, position: Position | undefined, moment?: number): Bar | undefined {
  const time = parseTime(candle.time);
  if (time === undefined || candle.open === null || candle.count === 0) return undefined;
  return {
    time: time / 1e6,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
    count: candle.count,
    sum: Number(candle.average) * candle.count,
    complete: candle.complete,
    position,
    moment,
  };
}

export function barOfTick(time: number, price: number): Bar {
  const prices = { open: price, high: price, low: price, close: price, sum: price };
  return { time, ...prices, count: 1, complete: true, position: undefined };
}

/** True when history has counted a tick in already; `time`: epoch seconds. */
export function isCounted(
  { position, moment = Number.NEGATIVE_INFINITY }: Bar,
  { lane, seq, time }: { readonly lane: LaneName; readonly seq: number; readonly time: number },
): boolean {
  if (position === undefined) return false;
  return seq <= (position.get(lane) ?? 0) || Math.round(time * 1e6) <= moment;
}

/** Counts a tick in. `latest`: no tick before it has a later place, so that it sets the close. */
export function addToBar(bar: Bar, price: number, latest: boolean): void {
  bar.count++;
  bar.sum += price;
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  if (latest) bar.close = price;
}
