import { batch, type Signal, signal } from '@preact/signals';
import { type Average, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { ApiError, getJson } from '../api/http.ts';
import { nowMs } from '../clock.ts';
import type { LiveFeed, TickListener } from '../live/live-feed.ts';
import { playedMicros } from '../moment/moment.ts';
import { boundTexts, type HistoryQuery } from './history-query.ts';

export type HistoryAnswer =
  | { readonly state: 'loading' }
  /** The range begins after the moment that the page shows. */
  | { readonly state: 'ahead' }
  | { readonly state: 'ready'; readonly average: Average }
  | { readonly state: 'failed'; readonly message: string; readonly parameter: string | undefined };

/** So long after an answer it is asked again when ticks have come, and when none has: a hole may have begun or ended. */
const AGAIN_MS = 2000;
const QUIET_MS = 15_000;
/** The newest ticks of a range that has just ended may still be on their way into the store. */
const ENDED_MS = 3000;

/** A question about the past and its answer. As long as its end lies ahead, the answer follows what comes. */
export class HistoryQuestion implements TickListener {
  readonly query: HistoryQuery;
  readonly answer: Signal<HistoryAnswer> = signal({ state: 'loading' });
  /** True as long as the range goes on into the future. */
  readonly isLive: Signal<boolean>;
  /** True while the answer is of another moment than the one that is shown. */
  readonly changing = signal(false);
  readonly #live: Pick<LiveFeed, 'follow'>;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  /** Ticks came that the answer on its way may not hold. */
  #isBehind = false;
  /** By `performance.now()`, and by the server's clock. */
  #askedAt = 0;
  #askedAtMs = 0;

  constructor(query: HistoryQuery, live: Pick<LiveFeed, 'follow'>) {
    this.query = query;
    this.#live = live;
    this.isLive = signal(this.#endsAfter(nowMs()));
  }

  /** @returns ends it */
  start(): () => void {
    const live = this.#live.follow(this.query, [], this);
    void this.#ask();
    return () => {
      live.end();
      clearTimeout(this.#timer);
      this.#abort.abort();
    };
  }

  onTicks(_lane: LaneName, ticks: readonly LiveTick[]): void {
    if (ticks.some((tick) => this.#concerns(tick))) this.onBreak();
  }

  onBreak(): void {
    this.#isBehind = true;
    if (this.answer.peek().state === 'ready' && this.#mayChange()) this.#askAfter(AGAIN_MS);
  }

  onMoment(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.changing.value = true;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isAsking = true;
    this.#isBehind = false;
    this.#askedAt = performance.now();
    this.#askedAtMs = nowMs();
    const { signal } = this.#abort;
    try {
      const { stock, exchange, start } = this.query;
      if (playedMicros() !== undefined && start !== undefined && start > nowMs() * 1000) {
        this.#isAsking = false;
        this.#tell({ state: 'ahead' });
        this.#askAfter(AGAIN_MS);
        return;
      }
      const { body } = await getJson<Average>(
        `/api/average/${encodeURIComponent(stock)}`,
        { ...boundTexts(this.query), exchange, decimals: 'string' },
        signal,
      );
      if (signal.aborted) return;
      this.#tell({ state: 'ready', average: body });
    } catch (error) {
      if (signal.aborted) return;
      this.#isAsking = false;
      // An answer that was there stays, and is asked for again; the status bar tells of trouble with the API.
      if (this.answer.peek().state !== 'ready' || this.changing.peek()) this.#tell(failureOf(error as Error));
      else this.#timer = setTimeout(() => void this.#askWhenSeen(), this.#isBehind ? AGAIN_MS : QUIET_MS);
      return;
    }
    this.#isAsking = false;
    if (this.#mayChange()) this.#askAfter(this.#isBehind ? AGAIN_MS : QUIET_MS);
  }

  #tell(answer: HistoryAnswer): void {
    batch(() => {
      this.answer.value = answer;
      this.changing.value = false;
      this.isLive.value = this.#endsAfter(nowMs());
    });
  }

  /** So long after it was asked last; a range that ends before that, once more when it has ended. */
  #askAfter(millis: number): void {
    if (this.#isAsking) return;
    clearTimeout(this.#timer);
    const untilEnd = (this.query.end ?? Number.POSITIVE_INFINITY) / 1000 + ENDED_MS - nowMs();
    const delay = Math.max(0, Math.min(untilEnd, this.#askedAt + millis - performance.now()));
    this.#timer = setTimeout(() => void this.#askWhenSeen(), delay);
  }

  /** A page that nobody sees asks nothing. */
  async #askWhenSeen(): Promise<void> {
    // What comes meanwhile asks for no other answer: this one will hold it.
    this.#isAsking = true;
    if (document.hidden) {
      const { signal } = this.#abort;
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true, signal }));
    }
    await this.#ask();
  }

  #mayChange(): boolean {
    return this.#endsAfter(this.#askedAtMs - ENDED_MS);
  }

  #endsAfter(millis: number): boolean {
    return this.query.end === undefined || this.query.end / 1000 > millis;
  }

  #concerns(tick: LiveTick): boolean {
    const { stock, exchange, start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = this.query;
    if (tick.stock_name !== stock || (exchange !== undefined && tick.exchange_name !== exchange)) return false;
    const time = parseTime(tick.timestamp) ?? 0;
    return time >= start && time <= end;
  }
}

function failureOf(error: Error): HistoryAnswer {
  const parameter = error instanceof ApiError ? error.parameter : undefined;
  return { state: 'failed', message: error.message, parameter };
}
