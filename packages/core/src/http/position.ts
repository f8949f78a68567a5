/** Header of every answer about prices: how far it reaches in each exchange's feed, `NASDAQ=123,NYSE=456`. */
export const POSITION_HEADER = 'X-Position';
/** `unavailable`: the newest ticks could not be asked for, so that the answer reaches only to what is committed. */
export const TAIL_HEADER = 'X-Tail';
/** Time of the newest tick that candles are made of; not sent when there is none. */
export const LAST_TICK_HEADER = 'X-Last-Tick';

/** `NASDAQ=123,NYSE=456`. */
export function encodePosition(position: ReadonlyMap<string, number>): string {
  return [...position].map(([exchange, seq]) => `${exchange}=${seq}`).join(',');
}

/** Reads {@link encodePosition}'s text; what it can't read is left out. */
export function parsePosition(text: string): Map<string, number> {
  const position = new Map<string, number>();
  for (const item of text.split(',')) {
    const parts = /^(.+)=(\d{1,16})$/.exec(item.trim());
    if (parts !== null) position.set(parts[1] ?? '', Number(parts[2]));
  }
  return position;
}
