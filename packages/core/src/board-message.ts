import type { DecimalText } from './decimal-text.ts';
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
  /** How many ticks of its stock each row stands for, itself included; left out: one each. */
  readonly counts?: readonly number[];
  /**
   * Number of a row, a price that it stands for and does not show; and so on: those that were higher than every price, or lower
   * than every price, of the stock in the running quarter of an hour (UTC; every day and every session begins with one).
   */
  readonly beyond?: readonly number[];
}

/** What a row tells: a stock's newest tick, how many ticks it stands for, and their extremes as `beyond` has them. */
export interface ToldTicks {
  readonly newest: Tick;
  readonly count: number;
  readonly beyond: readonly DecimalText[];
}

/** What a message says beside its rows. */
export type BoardHead = Pick<BoardMessage, 'lane' | 'seq' | 'ticks'>;

/** The JSON text of a {@link BoardMessage}; prices keep their digits, and rows count from the first one's time. */
export function encodeBoardMessage({ lane, seq, ticks }: BoardHead, rows: readonly ToldTicks[]): string {
  const time = rows[0]?.newest.time ?? 0;
  let json = `{"lane":${quotedName(lane)},"seq":${seq},"time":${time},"ticks":${ticks},"rows":[`;
  for (let i = 0; i < rows.length; i++) json += `${i === 0 ? '' : ','}${row((rows[i] as ToldTicks).newest, time)}`;
  json += ']';
  if (rows.some(({ count }) => count !== 1)) json += `,"counts":[${rows.map(({ count }) => count)}]`;
  const beyond = rows.flatMap((told, i) => told.beyond.map((price) => `${i},${price}`));
  return beyond.length === 0 ? `${json}}` : `${json},"beyond":[${beyond}]}`;
}

/** What a message takes beside its head and its rows, where rows stand for several ticks. */
export const BOARD_EXTRA_BYTES = ',"counts":[],"beyond":[]'.length;

/** Bytes that a row takes at most in a message whose rows count from `time`, with commas. */
export function boardRowBytes({ newest, count, beyond }: ToldTicks, time: EpochMicros): number {
  const extremes = beyond.reduce((sum, price) => sum + price.length + ROW_DIGITS + 2, 0);
  return 2 + Buffer.byteLength(row(newest, time)) + String(count).length + extremes;
}

/** Digits of a row's number. */
const ROW_DIGITS = 5;

function row({ stock, price, time }: Tick, from: number): string {
  return `${quotedName(stock)},${price},${time - from}`;
}
