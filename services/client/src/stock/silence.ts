import { clockText, dateText, dateTimeText, spanText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { USUAL_SPAN } from './wanted-range.ts';

export interface Silence {
  /** The stock's last tick, epoch seconds. */
  readonly last: number;
  readonly exchange: string | undefined;
  /** undefined: nobody knows when it is open. */
  readonly closed: boolean | undefined;
  /** When its exchange opens next, epoch ms, if that is known. */
  readonly opensAt: number | undefined;
}

/** Says how long a stock has been silent and what is known of why; undefined: it is not silent. @param now epoch seconds */
export function silenceText(zone: ZoneChoice, silence: Silence, now: number): string | undefined {
  const { last, exchange = 'its exchange', closed, opensAt } = silence;
  if (now - last <= USUAL_SPAN) return undefined;
  const tick = `Last tick ${spanText(now - last)} ago, at ${dateTimeText(zone, last * 1e6)}`;
  if (closed !== true) return `${tick}; the chart ends with it, and goes on with the next one.`;
  if (opensAt === undefined) return `${tick}; ${exchange} is closed.`;
  return `${tick}; ${exchange} is closed until ${momentText(zone, opensAt, now * 1000)}.`;
}

function momentText(zone: ZoneChoice, millis: number, now: number): string {
  const isToday = dateText(zone, millis * 1000) === dateText(zone, now * 1000);
  return (isToday ? clockText : dateTimeText)(zone, millis * 1000).slice(0, -3);
}
