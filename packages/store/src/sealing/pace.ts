import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Longest slice of work between two turns of the event loop, ms. */
const SLICE_MS = 2;

/** Keeps work to a share of a core, in slices short enough that nobody waits for them. */
export class Pace {
  readonly #share: number;
  #worked = 0;
  #begun = 0;
  /** When others last had a turn of the event loop. */
  #turn = performance.now();

  /** @param share of a core; 1: as fast as it goes */
  constructor(share: number) {
    this.#share = share;
  }

  begin(): void {
    this.#begun = performance.now();
  }

  /** A slice is over: time to {@link rest}. */
  get isOver(): boolean {
    return this.#worked + performance.now() - this.#begun >= SLICE_MS;
  }

  /** The work since {@link begin} is done. Resolves when there may be more; that has begun then. */
  async rest(): Promise<void> {
    const now = performance.now();
    this.#worked += now - this.#begun;
    // Of work that waits for others in between, not all is counted.
    if (this.#worked >= SLICE_MS || now - this.#turn >= SLICE_MS) {
      const pause = this.#worked * (1 / this.#share - 1);
      this.#worked = 0;
      await (pause < 1 ? nextTurn() : sleep(pause));
      this.#turn = performance.now();
    }
    this.begin();
  }
}
