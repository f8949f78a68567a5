import { isLaneName, type LaneName } from '../lane.ts';

/** Header of every answer about prices: how far it reaches in each lane, `NASDAQ/0=123,NYSE/0=456`. */
export const POSITION_HEADER = 'X-Position';
/** `unavailable`: the newest ticks could not be asked for, so that the answer reaches only to what is committed. */
export const TAIL_HEADER = 'X-Tail';
/** Time of the newest tick that candles are made of; not sent when there is none. */
export const LAST_TICK_HEADER = 'X-Last-Tick';
/** The `seq` of that tick: a live tick of the same time and a higher one came later. */
export const LAST_SEQ_HEADER = 'X-Last-Seq';

/** `NASDAQ/0=123,NYSE/0=456`: the number of the last tick that counts, of each lane. */
export function encodePosition(position: ReadonlyMap<LaneName, number>): string {
  return [...position].map(([lane, seq]) => `${lane}=${seq}`).join(',');
}

/** Reads {@link encodePosition}'s text; what it can't read is left out. */
export function parsePosition(text: string): Map<LaneName, number> {
  const position = new Map<LaneName, number>();
  for (const item of text.split(',')) {
    const [, lane = '', seq] = /^(.+)=(\d{1,16})$/.exec(item.trim()) ?? [];
    if (isLaneName(lane)) position.set(lane, Number(seq));
  }
  return position;
}

/** When the first bucket of the sparklines in an answer begins. */
export const SPARKLINE_FROM_HEADER = 'X-Sparkline-From';
/** Says whether an answer lacks nothing that was published: `true` or `false`. */
export const COMPLETE_HEADER = 'X-Complete';
