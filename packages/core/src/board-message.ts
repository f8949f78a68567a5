import type { LaneName } from './lane.ts';

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
  /** Stock, price (a JSON number with its digits kept), µs from `time` on; and so on: three for each row. */
  readonly rows: readonly (string | number)[];
}
