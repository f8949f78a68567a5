import { backoffMs } from '@tickwatch/core';
import type { AlertChannel } from '@tickwatch/live';
import { sleep } from '@tickwatch/runtime';
import type { AlertOutbox, FiringPlace } from '@tickwatch/store';
import { Alarm } from '../alarm.ts';
import type { NotifierEvents } from '../events.ts';
import { firingJson } from '../send/firing-json.ts';

const MOST_AT_ONCE = 500;
/** Looked at least so often. */
const LOOK_MS = 5000;

/** Tells pages what fired since the start, in the order in which it was written, on the live channel. */
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
        if (failures > 0) this.#events.liveBack();
        failures = 0;
        this.#problem = undefined;
        await this.#alarm.wait(LOOK_MS);
      } catch (error) {
        if (failures === 0) this.#events.liveAway(error);
        this.#problem = error instanceof Error ? error.message : String(error);
        await sleep(backoffMs(failures++), this.#stopping.signal);
      }
    }
  }

  stop(): void {
    this.#stopping.abort();
    this.#alarm.wake();
  }

  async #tellNew(): Promise<void> {
    for (let isMore = true; isMore && !this.#stopping.signal.aborted; ) {
      const { firings, place } = await this.#outbox.firingsBehind(this.#place, MOST_AT_ONCE);
      if (firings.length > 0) {
        await this.#channel.publish(firings.map(firingJson));
        this.#events.published(firings.length);
      }
      this.#place = place;
      isMore = firings.length === MOST_AT_ONCE;
    }
  }
}
