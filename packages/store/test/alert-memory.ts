import assert from 'node:assert/strict';
import type { SequencedTick, StockMemory } from '@tickwatch/core';

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;

/** What has to be known of a stock, found by looking at all of its ticks. */
export interface ExpectedMemory {
  readonly ticks: readonly SequencedTick[];
  readonly tickSeconds: number;
  readonly minuteSeconds: number;
  readonly days: number;
  readonly hasMinutes: boolean;
}

/** Whatever a rule may ask of the past is answered by a memory as by all ticks. */
export function assertRemembers(
  memory: StockMemory,
  { ticks, tickSeconds, minuteSeconds, days, hasMinutes }: ExpectedMemory,
): void {
  const newest = [...ticks].sort((a, b) => a.time - b.time || a.seq - b.seq).at(-1) as SequencedTick;
  assert.deepEqual(memory.last, { time: newest.time, price: newest.price, seq: newest.seq });
  const ticksOfMinute = ticks.filter(({ time }) => minuteOf(time) === minuteOf(newest.time)).length;
  assert.equal(memory.ticksOfMinute, hasMinutes ? ticksOfMinute : 0);
  const exact = newest.time - tickSeconds * 1e6;
  for (const { time } of ticks) if (time >= exact) assertSame(memory, ticks, time, time);
  const first = minuteOf(newest.time - minuteSeconds * 1e6);
  for (let minute = first; minuteSeconds > tickSeconds && minute < exact; minute += MINUTE) {
    assertSame(memory, ticks, minute, minute);
  }
  const firstDay = dayOf(newest.time) - days * DAY;
  const byDay = new Map<number, number[]>();
  for (const { time, price } of days === 0 ? [] : ticks) {
    if (time >= firstDay) byDay.set(dayOf(time), [...(byDay.get(dayOf(time)) ?? []), Number(price)]);
  }
  assert.deepEqual(
    memory.days.map(({ time, low, high }) => [time, Number(low), Number(high)]),
    [...byDay].sort(([a], [b]) => a - b).map(([day, prices]) => [day, Math.min(...prices), Math.max(...prices)]),
  );
}

function assertSame({ spans }: StockMemory, ticks: readonly SequencedTick[], since: number, from: number): void {
  const known = spans.filter(({ time }) => time >= from);
  const prices = ticks.filter(({ time }) => time >= since).map(({ price }) => Number(price));
  assert.equal(Math.min(...known.map(({ low }) => Number(low))), Math.min(...prices), `lowest since ${since}`);
  assert.equal(Math.max(...known.map(({ high }) => Number(high))), Math.max(...prices), `highest since ${since}`);
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

function dayOf(time: number): number {
  return Math.floor(time / DAY) * DAY;
}
