import { nowMicros } from '@tickwatch/core';
import type { Interval } from '../../intervals.ts';
import { type Missing, missingOfParts } from '../coverage/completeness.ts';
import { askStoreFacts, partsOfExchange, type StoreFacts } from '../coverage/store-facts.ts';
import { type DayCoverage, type DaySpan, timelineOf } from '../coverage/timeline.ts';
import type { Snapshot } from '../snapshot.ts';

export interface CoverageQuestion {
  /** Default: all. */
  readonly exchange?: string | undefined;
  /** The days of an exchange, ascending, of today up to now. */
  readonly daysOf: (exchange: string) => readonly DaySpan[];
}

export interface ExchangeDays {
  readonly exchange: string;
  /** Since when it is listened to; `undefined`: it never was. µs. */
  readonly coveredFrom: number | undefined;
  readonly days: readonly DayCoverage[];
}

/** How much of each day there is, of each exchange that has ticks or is listened to. */
export async function askCoverage(snapshot: Snapshot, question: CoverageQuestion): Promise<readonly ExchangeDays[]> {
  return exchangeDays(await askDaysFacts(snapshot, question), question);
}

/** What {@link exchangeDays} needs. */
export function askDaysFacts(snapshot: Snapshot, { exchange, daysOf }: CoverageQuestion): Promise<StoreFacts> {
  return askStoreFacts(snapshot, exchange, (name) => windowOf(daysOf(name)), true);
}

export function exchangeDays(facts: StoreFacts, { daysOf }: CoverageQuestion): readonly ExchangeDays[] {
  return facts.exchanges.map((exchange) => {
    const days = daysOf(exchange);
    const window = windowOf(days);
    const parts = [
      ...partsOfExchange(facts, exchange, window, window.until - 1),
      ...(facts.ofExchange.get(exchange)?.damaged ?? []),
    ];
    const coveredFrom = facts.listened.get(exchange);
    return { exchange, coveredFrom, days: timelineOf(exchange, parts, days, facts.calendarOf) };
  });
}

function windowOf(days: readonly DaySpan[]): Interval {
  return { from: days[0]?.from ?? 0, until: days.at(-1)?.until ?? 0 };
}

/** What {@link exchangesMissing} needs. @param exchange `undefined`: all */
export function askMissingFacts(snapshot: Snapshot, exchange: string | undefined, span: Interval): Promise<StoreFacts> {
  return askStoreFacts(snapshot, exchange, () => span, false);
}

/** What of a range is missing of any stock; but for damaged blocks. */
export function exchangesMissing(facts: StoreFacts, span: Interval): Missing {
  const now = nowMicros();
  const parts = facts.exchanges.flatMap((name) => partsOfExchange(facts, name, span, now));
  const firsts = facts.exchanges.flatMap((name) => facts.listened.get(name) ?? []);
  return missingOfParts(
    parts.toSorted((a, b) => a.from - b.from || a.until - b.until),
    firsts,
    facts.calendarOf,
    span,
  );
}
