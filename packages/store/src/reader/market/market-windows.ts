import { MICROS_PER_DAY } from '@tickwatch/core';
import type { Snapshot } from '../snapshot.ts';
import { BehindPlace } from './behind-place.ts';
import { DayReading } from './day-reading.ts';
import { HORIZON_MICROS, LOOK_AHEAD_MICROS } from './lane-clocks.ts';
import type { WindowLimits } from './live-blocks.ts';
import type { MarketBuffer } from './market-buffer.ts';
import type { MarketQuestion } from './market-chunk.ts';
import { type MarketDay, marketDays } from './market-days.ts';
import { arrivalOrder, firstFrom } from './market-order.ts';
import { readPlace } from './market-place.ts';
import type { MarketWindow } from './market-window.ts';

/** A window takes in at most so many times what is wanted, and so many ticks at least. */
const MOST_OF_WANTED = 2;
const LEAST_TICKS = 256;
/** µs. */
const FIRST_SPAN = 1_000_000;
const LEAST_SPAN = 1000;
/** The next window is at most so many times as long. */
const MOST_GROWTH = 32;

/**
 * The ticks of a question in the order of arrival, window after window: never more in memory than those of one, and, where days
 * are sealed, some blocks.
 * @param wanted how many ticks a window should have; each is put in order at one go, which keeps the process busy
 */
export async function* marketWindows(
  snapshot: Snapshot,
  question: MarketQuestion,
  limits: WindowLimits,
  wanted: number,
): AsyncGenerator<MarketWindow, void, undefined> {
  const place = question.after === undefined ? undefined : readPlace(question.after);
  const clock = place?.clock ?? 0;
  // What waits may be told by a tick of a later window only. Behind the end there is only what came late.
  const begin = Math.min(clock, place?.waitingFrom ?? clock);
  const from = Math.max(question.from, clock < question.until ? begin : clock - HORIZON_MICROS);
  const days = await marketDays(snapshot, {
    from: from - HORIZON_MICROS,
    until: question.until + LOOK_AHEAD_MICROS,
  });
  const behind = place && new BehindPlace(place, days);
  const reading = new DayReading(snapshot, question, limits);
  const most = Math.max(LEAST_TICKS, MOST_OF_WANTED * wanted);
  let late: MarketBuffer | undefined;
  let span = FIRST_SPAN;
  // A partition that was never analyzed would be read as a whole for each window.
  await snapshot.rows({ text: 'SET LOCAL enable_seqscan = off; SAVEPOINT before_market', values: [] });
  for (const [i, day] of days.entries()) {
    const end = Math.min(day.from + MICROS_PER_DAY, question.until);
    const aheadUntil = aheadOf(day, days[i + 1]);
    let at = Math.max(day.from, from);
    while (at < end) {
      const until = Math.min(end, at + span);
      // Whatever is behind the place and older than it came late, by the horizon at most.
      const lateFrom = behind !== undefined && at === from ? Math.max(question.from, lateBegin(days, i, at)) : at;
      const buffer = await reading.read(day, { from: at, until }, aheadUntil, most, lateFrom);
      span = nextSpan(buffer.until - at, buffer.count, wanted);
      if (late !== undefined) addAll(buffer, late);
      at = buffer.until;
      const order = arrivalOrder(buffer);
      const known = firstFrom(buffer, order, at);
      late = restOf(buffer, order, known);
      const first = behind?.firstOf(buffer, order, known) ?? 0;
      if (first < known) yield { buffer, order, days, from: first, until: known };
    }
    // Gives up the locks on its partitions: those of years would fill the server's table of locks.
    if (!day.isSealed) await snapshot.rows({ text: 'ROLLBACK TO SAVEPOINT before_market', values: [] });
  }
  if (late === undefined) return;
  const order = arrivalOrder(late);
  const first = behind?.firstOf(late, order, order.length) ?? 0;
  if (first < order.length) yield { buffer: late, order, days, from: first, until: order.length };
}

/** What has lost its numbers tells nothing of the day before. */
function aheadOf(day: MarketDay, next: MarketDay | undefined): number {
  const end = day.from + MICROS_PER_DAY;
  return next?.hasLostSeqs === true && next.from === end ? end : Number.POSITIVE_INFINITY;
}

/** Where ticks begin that may come behind a moment; none comes out of a day whose numbers are lost. */
function lateBegin(days: readonly MarketDay[], place: number, moment: number): number {
  const [before, day] = [days[place - 1], days[place] as MarketDay];
  const isOther = before?.hasLostSeqs === true && before.from + MICROS_PER_DAY === day.from;
  return Math.max(moment - HORIZON_MICROS, isOther ? day.from : 0);
}

function nextSpan(span: number, found: number, wanted: number): number {
  const growth = found === 0 ? MOST_GROWTH : Math.min(MOST_GROWTH, wanted / found);
  return Math.min(MICROS_PER_DAY, Math.max(LEAST_SPAN, Math.ceil(span * growth)));
}

/** What arrived later than its window ends. */
function restOf(buffer: MarketBuffer, order: Uint32Array, from: number): MarketBuffer | undefined {
  if (from === order.length) return undefined;
  const rest = buffer.empty();
  for (let at = from; at < order.length; at++) rest.copy(buffer, order[at] as number);
  return rest;
}

function addAll(buffer: MarketBuffer, other: MarketBuffer): void {
  for (let i = 0; i < other.count; i++) buffer.copy(other, i);
}
