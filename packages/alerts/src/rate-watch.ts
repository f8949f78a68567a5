import { type AlertCondition, type AlertPhase, type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { MinuteCounts } from './minute-counts.ts';
import { fastText, slowText } from './sentences.ts';
import { NO_NEEDS, type PastNeeds } from './stock-past.ts';
import { ARMED, type WatchedRule } from './subject.ts';
import { type Elapsed, TimedWatch } from './timed-watch.ts';
import type { Look } from './watch.ts';

const FAST = 'fast';
const SLOW = 'slow';
const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
/** So long after its end a minute is counted: ticks are on their way. */
const GRACE_MICROS = 2 * MICROS_PER_SECOND;

/**
 * `tick_rate`. Ticks are counted in the minute (UTC) of their own time. `above`: it fires at the tick, not a late one, with which its minute
 * has more than that; it is armed again at the first tick of a later minute, if the minute before that one had no
 * more. `below`: it fires two seconds after the end of a minute that had fewer, if the exchange was open and listened to
 * from its first moment until then, for stocks of which there ever was a tick; it is armed again after a minute that had enough.
 */
export class RateWatch extends TimedWatch {
  readonly #above: number;
  readonly #below: number;
  /** The last minute that is not to be judged any more. */
  #ended: number | undefined;

  constructor(
    watched: WatchedRule,
    { above = Number.POSITIVE_INFINITY, below = 0 }: Extract<AlertCondition, { type: 'tick_rate' }>,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
  ) {
    super(watched, exchange, stock, known);
    this.#above = above;
    this.#below = below;
  }

  override get needs(): PastNeeds {
    return { ...NO_NEEDS, hasCounts: true };
  }

  look(look: Look): void {
    const minute = MinuteCounts.minuteOf(look.tick.time);
    const counts = look.past.counts;
    const before = MinuteCounts.minuteOf(look.newest);
    if (!this.isDone && look.receivedAt >= this.watched.rule.begins) {
      if (this.phase === FAST && minute > before && (minute > before + 1 || (counts?.of(before) ?? 0) <= this.#above)) {
        this.become(ARMED, this.occasion(look), undefined, look.changes);
      }
      const count = (counts?.of(minute) ?? 0) + 1;
      if (this.phase !== FAST && count > this.#above) {
        const text = fastText(this.stock, this.#above, minute * MICROS_PER_MINUTE);
        this.become(FAST, this.occasion(look), { kind: FAST, key: minute, text }, look.changes);
      }
    }
    this.watchNothing();
    if (this.isDone) return;
    if (this.phase === FAST) this.until = (MinuteCounts.minuteOf(look.now) + 1) * MICROS_PER_MINUTE;
    else {
      const most = (counts?.most(Math.min(minute, before)) ?? 0) + 1;
      this.atCount = look.count + Math.max(1, this.#above + 1 - most);
    }
  }

  pass({ moment: { now, openSince, listeningSince }, seq, past, changes }: Elapsed): void {
    const minute = MinuteCounts.minuteOf(now - GRACE_MICROS) - 1;
    // Only minutes that begin from now on: of those before it is not known whether the stock was.
    this.#ended ??= MinuteCounts.minuteOf(now);
    const isEnd = minute > this.#ended;
    if (isEnd) this.#ended = minute;
    const start = minute * MICROS_PER_MINUTE;
    if (!isEnd || this.#below === 0 || this.isDone || start < this.watched.rule.begins) return;
    if (openSince === undefined || listeningSince === undefined || Math.max(openSince, listeningSince) > start) return;
    const count = past.counts?.of(minute) ?? 0;
    const time = (start + MICROS_PER_MINUTE) as EpochMicros;
    const occasion = { seq, receivedAt: now, time, tickSeq: undefined, price: undefined };
    if (count >= this.#below) {
      if (this.phase === SLOW) this.become(ARMED, occasion, undefined, changes);
    } else if (this.phase !== SLOW) {
      const text = slowText(this.stock, count, this.#below, start);
      this.become(SLOW, occasion, { kind: SLOW, key: minute, text }, changes);
    }
    this.watchAll();
  }
}
