import { isLaneName, type LaneName } from '../lane.ts';

/** `NASDAQ/0:123,NYSE/0:456`, as the `after` parameter is written. */
export function encodeAfter(after: ReadonlyMap<LaneName, number>): string {
  return [...after].map(([lane, seq]) => `${lane}:${seq}`).join(',');
}

/** Reads {@link encodeAfter}'s text; `undefined`: unreadable. */
export function parseAfter(text: string): Map<LaneName, number> | undefined {
  const after = new Map<LaneName, number>();
  for (const item of text === '' ? [] : text.split(',')) {
    const [, lane = '', seq] = /^([^:,]+):(\d{1,16})$/.exec(item) ?? [];
    if (!isLaneName(lane)) return undefined;
    after.set(lane, Number(seq));
  }
  return after;
}
