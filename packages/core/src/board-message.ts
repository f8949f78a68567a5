import type { EpochMicros } from './epoch-micros.ts';
import type { LaneName } from './lane.ts';
import { quotedName } from './quoted-name.ts';
import type { Tick } from './tick.ts';

/** The channel of an exchange's newest prices, conflated: for whoever shows many stocks and not each tick. */
export function boardChannel(exchange: string): string {
  return `board:${exchange}`;
}

/** The channel of all ticks of one lane, where its exchange has several: for whoever shows one stock. */
export function laneChannel(lane: LaneName): string {
  return `lane:${lane}`;
}

/**
 * The data of a publication on a board channel: the newest tick of stocks that have changed, each at most four times a second,
 * and less often where all of them are too much for the channel's bytes.
 */
export interface BoardMessage {
  readonly lane: LaneName;
  /** Number of the lane's newest tick when this was made: each row is its stock's newest tick up to there. */
  readonly seq: number;
  /** µs, from which rows count. */
  readonly time: number;
  /** How many ticks the lane had since its message before. */
  readonly ticks: number;
  /** Stock, price (a JSON number with its digits kept), µs from `time` on (below 0: before it); and so on: three for each row. */
  readonly rows: readonly (string | number)[];
}

/** What a message says beside its rows. */
export type BoardHead = Pick<BoardMessage, 'lane' | 'seq' | 'ticks'>;

/** The JSON text of a {@link BoardMessage}; prices keep their digits, and rows count from the first one's time. */
export function encodeBoardMessage({ lane, seq, ticks }: BoardHead, rows: readonly Tick[]): string {
  const time = rows[0]?.time ?? 0;
  let json = `{"lane":${quotedName(lane)},"seq":${seq},"time":${time},"ticks":${ticks},"rows":[`;
  for (let i = 0; i < rows.length; i++) json += `${i === 0 ? '' : ','}${row(rows[i] as Tick, time)}`;
  return `${json}]}`;
}

/** Bytes that a row takes in a message whose rows count from `time`, with the comma before it. */
export function boardRowBytes(tick: Tick, time: EpochMicros): number {
  return 1 + Buffer.byteLength(row(tick, time));
}

function row({ stock, price, time }: Tick, from: number): string {
  return `${quotedName(stock)},${price},${time - from}`;
}
