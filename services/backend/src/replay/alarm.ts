import type { Timeline } from './timeline.ts';

/** Lets one sleep until a time comes, or somebody wakes it. */
export class Alarm {
  readonly #timeline: Timeline;
  #ring = (): void => {};

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  wake(): void {
    this.#ring();
  }

  /** @param until by the timeline; left out: until it is woken */
  sleep(until?: number): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = until === undefined ? () => {} : this.#timeline.at(until, () => this.wake());
      this.#ring = () => {
        this.#ring = () => {};
        giveUp();
        resolve();
      };
    });
  }
}
