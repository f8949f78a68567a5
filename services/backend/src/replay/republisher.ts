import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import type { AddressedMessage } from '@tickwatch/feed';
import type { Played, ReplaySink } from './played.ts';
import type { PageOffset } from './read-ahead.ts';

/** Messages of so many calls are on their way at once. */
const MOST_IN_FLIGHT = 8;

export interface RepublisherOptions {
  readonly publish: (messages: readonly AddressedMessage[]) => Promise<{ readonly unheard: number }>;
  readonly address: (tick: SequencedTick) => string;
  readonly write: (tick: SequencedTick, time: EpochMicros) => string;
  /** What time a tick is given, while it is played at a moment. */
  readonly timeOf: (tick: SequencedTick, at: EpochMicros) => EpochMicros;
  readonly onStep: (at: EpochMicros, arrived: number) => void;
}

/**
 * Publishes what is played, several calls at once and in order, and knows how far the server has it for certain.
 */
export class Republisher implements ReplaySink {
  readonly #options: RepublisherOptions;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: Error | undefined;
  #end = (): void => {};
  /** Resolves when all was played. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  /** Ticks that have arrived, and the last of them. */
  arrived = 0;
  last: SequencedTick | undefined;
  place: PageOffset | undefined;
  unheard = 0;
  /** Of which it isn't known whether they arrived. */
  unknown = 0;

  constructor(options: RepublisherOptions) {
    this.#options = options;
  }

  async publish({ ticks, time, state, place }: Played): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (state === 'ended') this.#end();
    this.#options.onStep(time, this.arrived);
    if (ticks.length === 0) return;
    const { publish, address, write, timeOf } = this.#options;
    const messages = ticks.map((tick) => ({ to: address(tick), message: write(tick, timeOf(tick, time)) }));
    const call = publish(messages).then(
      ({ unheard }) => this.#arrived(ticks, place, unheard),
      (error: Error) => {
        this.#failure ??= error;
        this.unknown += ticks.length;
      },
    );
    const done = call.finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
    while (this.#inFlight.size >= MOST_IN_FLIGHT) await Promise.race(this.#inFlight);
  }

  /** Resolves when nothing is on its way any more. @throws what publishing failed with */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #arrived(ticks: readonly SequencedTick[], place: PageOffset, unheard: number): void {
    this.unheard += unheard;
    // Behind one that failed it is not known how far the server has all.
    if (this.#failure !== undefined) {
      this.unknown += ticks.length;
      return;
    }
    this.arrived += ticks.length;
    this.last = ticks.at(-1);
    this.place = place;
  }
}
