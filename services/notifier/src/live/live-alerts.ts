import { backoffMs } from '@tickwatch/core';
import type { AlertChannel } from '@tickwatch/live';
import { sleep } from '@tickwatch/runtime';
import { type AlertOutbox, type FiringPlace, StoreUnavailableError } from '@tickwatch/store';
import { Alarm } from '../alarm.ts';
import type { NotifierEvents } from '../events.ts';
import { firingJson } from '../send/firing-json.ts';

const MOST_AT_ONCE = 500;
/** Looked at least so often. */
const LOOK_MS = 5000;
/** At a start it looks back: while this process was away nobody told what fired. Whoever heard it knows it by its id. */
const LOOK_BACK_SECONDS = 60;

/** Tells pages what fired since shortly before the start, in the order in which it was written, on the live channel. */
export class LiveAlerts {
  readonly #outbox: AlertOutbox;
  readonly #channel: AlertChannel;
  readonly #events: NotifierEvents;
  readonly #alarm = new Alarm();
  readonly #stopping = new AbortController();
  #place: FiringPlace | undefined;
  #problem: string | undefined;

  constructor(outbox: AlertOutbox, channel: AlertChannel, events: NotifierEvents) {
    this.#outbox = outbox;
    this.#channel = channel;
    this.#events = events;
  }

  /** Why nothing can be told live; `undefined`: it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Something was fired, or may have been. */
  wake(): void {
    this.#alarm.wake();
  }

  /** Resolves when it is stopped. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      try {
        await this.#tellNew();
        failures = 0;
        await this.#alarm.wait(LOOK_MS);
      } catch (error) {
        // Whoever sends tells of a database that is away.
        if (!(error instanceof StoreUnavailableError)) this.#failed(error);
        await sleep(backoffMs(failures++), this.#stopping.signal);
      }
    }
  }

  stop(): void {
    this.#stopping.abort();
    this.#alarm.wake();
  }

  async #tellNew(): Promise<void> {
    this.#place ??= await this.#outbox.placeBefore(LOOK_BACK_SECONDS);
    for (let isMore = true; isMore && !this.#stopping.signal.aborted; ) {
      const { firings, place } = await this.#outbox.firingsBehind(this.#place, MOST_AT_ONCE);
      if (firings.length > 0) {
        await this.#channel.publish(firings.map(firingJson));
        this.#told(firings.length);
      } else this.#nothingToTell();
      this.#place = place;
      isMore = firings.length === MOST_AT_ONCE;
    }
  }

  #told(firings: number): void {
    this.#events.published(firings);
    if (this.#problem !== undefined) this.#events.liveBack();
    this.#problem = undefined;
  }

  /** What could not be told is too old by now. */
  #nothingToTell(): void {
    if (this.#problem !== undefined) this.#events.liveTooLate();
    this.#problem = undefined;
  }

  #failed(error: unknown): void {
    if (this.#problem === undefined) this.#events.liveAway(error);
    this.#problem = error instanceof Error ? error.message : String(error);
  }
}
