import { setTimeout } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import type { House, Price } from './house.ts';
import { cover, recordGap } from './known-holes.ts';
import { storedTicks } from './stored.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEP_SECONDS = 20;
const SESSION_SECONDS = 6.5 * HOUR;
const PAUSE_MS = 60;
const SESSIONS = 4;
/** So long before them somebody was listening already: the coverage has something to show. */
const COVERED_SECONDS = 70 * DAY;

/** Where a price of the past leads to: a stock, its exchange, and its price in cents when the past ends. */
export type Start = readonly [stock: string, exchange: string, cents: number];

/**
 * Publishes the last sessions that New York had, a tick of every stock each twenty seconds, with nights between them and
 * a hole of twenty minutes in the last but one; resolves when the API knows them.
 */
export async function publishPastDays(house: House, starts: readonly Start[]): Promise<void> {
  const sessions = pastSessions(Date.now() / 1000);
  const hole = { from: (sessions.at(-2) ?? 0) + 2 * HOUR, to: (sessions.at(-2) ?? 0) + 2 * HOUR + 20 * MINUTE };
  const times = sessions
    .flatMap((open) => Array.from({ length: SESSION_SECONDS / STEP_SECONDS }, (_, step) => open + step * STEP_SECONDS))
    .filter((time) => time < hole.from || time > hole.to);
  const walks = starts.map(([stock, exchange, cents]) => ({ stock, exchange, walk: walkTo(cents, times.length) }));
  for (let at = 0; at < times.length; at += 45) {
    const byExchange: Record<string, Price[]> = {};
    times.slice(at, at + 45).forEach((second, index) => {
      for (const { stock, exchange, walk } of walks) {
        byExchange[exchange] ??= [];
        byExchange[exchange].push({
          stock,
          price: ((walk[at + index] ?? 0) / 100).toFixed(2),
          time: Math.round((second + Math.random() * STEP_SECONDS) * 1e6) as EpochMicros,
        });
      }
    });
    for (const [exchange, prices] of Object.entries(byExchange)) await house.publish(exchange, prices);
    // What comes faster than it is kept would be refused.
    await setTimeout(PAUSE_MS);
  }
  const [[first = ''] = []] = starts;
  await storedTicks(house, first, times.length);
  for (const exchange of new Set(starts.map(([, name]) => name))) {
    await cover(house, exchange, (sessions[0] ?? 0) - COVERED_SECONDS);
    await recordGap(house, { exchange, ...hole, messages: 1234 });
  }
}

/** When the last sessions opened, oldest first; epoch seconds; each is 6.5 hours long. Holidays count as days: nobody looks at pictures for them. */
export function pastSessions(now: number): readonly number[] {
  const opens: number[] = [];
  for (let back = 1; opens.length < SESSIONS; back++) {
    const day = new Date((now - back * DAY) * 1000);
    if (day.getUTCDay() === 0 || day.getUTCDay() === 6) continue;
    opens.unshift(Date.parse(`${day.toISOString().slice(0, 10)}T14:30:00Z`) / 1000);
  }
  return opens;
}

/** Prices in cents that wander and end near `cents`. */
function walkTo(cents: number, length: number): readonly number[] {
  const backwards: number[] = [cents];
  while (backwards.length < length) {
    const before = backwards.at(-1) ?? cents;
    backwards.push(Math.max(100, Math.round(before + (Math.random() - 0.5) * 0.0011 * before)));
  }
  return backwards.reverse();
}
