import { parseTime } from '@tickwatch/core';
import { playedMicros } from '../moment/moment.ts';

/** What is asked of one moment, and what of a time up to one. All else is the same whatever the page shows. */
const OF_ONE = /^\/api\/(?:board|asof)$/;
const UP_TO = /^\/api\/(?:candles|prices|average|gaps|outliers)(?:\/|$)/;

/**
 * What a request asks while the page shows a moment of the past: nothing that came after it.
 * @returns the address, and the moment that its answer is of (epoch µs; undefined: it is of now)
 */
export function asOf(address: string): { readonly address: string; readonly moment: number | undefined } {
  const now = playedMicros();
  const [path = '', text] = address.split('?');
  const isOfOne = OF_ONE.test(path);
  if (now === undefined || !(isOfOne || UP_TO.test(path))) return { address, moment: undefined };
  const query = new URLSearchParams(text);
  const limit = (name: string): number => {
    const micros = Math.min(now, parseTime(query.get(name) ?? '') ?? now);
    query.set(name, String(micros));
    return micros;
  };
  // A page behind the first one is of the moment of the first one.
  const moment = isOfOne ? limit('time') : now;
  if (!isOfOne) {
    limit('end_time');
    if (query.has('start_time')) limit('start_time');
  }
  return { address: `${path}?${query}`, moment };
}
