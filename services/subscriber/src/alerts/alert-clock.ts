import type { Moment, SystemMeasures } from '@tickwatch/alerts';
import { type CalendarOf, type EpochMicros, exchangeOf, type LaneName, laneIndex, nowMicros } from '@tickwatch/core';
import type { TickStore } from '@tickwatch/store';
import type { Intake } from '../intake.ts';
import type { Leader } from '../lead/leader.ts';
import { mayStore } from '../lead/leadership.ts';
import type { LaneLogs } from '../log/lane-logs.ts';
import type { Alerts } from './alerts.ts';

const PASS_MS = 1000;
/** What fires is written so soon, and not more often. */
const WAKE_MS = 50;

export interface AlertClockParts {
  readonly alerts: Alerts;
  readonly store: Pick<TickStore, 'alerts'>;
  readonly logs: LaneLogs;
  readonly leader: Pick<Leader, 'state'>;
  readonly feed: Pick<Intake, 'stateOf'>;
  readonly calendarOf: CalendarOf;
  /** Seconds of the last commit; `undefined`: there was none. */
  readonly commitSeconds: () => number | undefined;
  /** Lets what waits be written. */
  readonly wake: () => void;
}

/** Lets alerts know what no tick tells: that time passes, and that rules change. And lets what fires be written soon. */
export class AlertClock implements AsyncDisposable {
  readonly #parts: AlertClockParts;
  readonly #timer: NodeJS.Timeout;
  readonly #listener: AsyncDisposable;
  #wokeAt = Number.NEGATIVE_INFINITY;
  #soon: NodeJS.Timeout | undefined;
  #ended: Promise<void> | undefined;

  constructor(parts: AlertClockParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#pass(), PASS_MS);
    this.#timer.unref();
    this.#listener = parts.store.alerts.listen(() => {
      parts.alerts.rulesChanged();
      this.wake();
    });
  }

  /** Something fired. */
  wake(): void {
    if (this.#soon !== undefined) return;
    const left = this.#wokeAt + WAKE_MS - performance.now();
    if (left <= 0) this.#wake();
    else this.#soon = setTimeout(() => this.#wake(), left);
  }

  /** Resolves when it has ended, however often it is asked to. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#listener[Symbol.asyncDispose]();
  }

  #wake(): void {
    this.#soon = undefined;
    this.#wokeAt = performance.now();
    this.#parts.wake();
  }

  #pass(): void {
    const { alerts, logs, leader } = this.#parts;
    let hasFired = false;
    for (const [{ lane }, judged] of alerts.lanes(logs)) {
      if (mayStore(leader.state.lanes.get(lane))) hasFired = judged.pass(this.#momentOf(lane)) || hasFired;
    }
    if (hasFired) this.wake();
  }

  #momentOf(lane: LaneName): Moment {
    const { feed, calendarOf, alerts } = this.#parts;
    const now = nowMicros();
    const received = (time: number): EpochMicros => (time + alerts.clockAhead) as EpochMicros;
    const { state, since } = feed.stateOf(lane);
    const calendar = calendarOf(exchangeOf(lane));
    const openSince = calendar?.isOpen(now) === false ? undefined : (calendar?.lastOpened(now)?.open ?? 0);
    return {
      // By the clock that says when a tick was received.
      now: received(now),
      openSince: openSince === undefined ? undefined : received(openSince),
      listeningSince: state === 'connected' ? received(since) : undefined,
      // Of an exchange one lane tells how it is.
      ...(laneIndex(lane) === 0 && { measures: this.#measure(lane, now) }),
    };
  }

  #measure(first: LaneName, now: EpochMicros): SystemMeasures {
    const { feed, logs, commitSeconds } = this.#parts;
    const { state, since } = feed.stateOf(first);
    let ticks = 0;
    for (const { lane, waiting } of logs) if (exchangeOf(lane) === exchangeOf(first)) ticks += waiting;
    return {
      insert_latency: commitSeconds(),
      waiting: ticks,
      feed_lost: state === 'connected' ? 0 : Math.max(0, (now - since) / 1e6),
    };
  }
}
