import { setTimeout } from 'node:timers/promises';

/** So much passes at a time: small enough that connections share a link evenly. */
const SLICE_BYTES = 4096;

/** A link of so many bytes a second that many connections share, each getting its turn. */
export class SlowLink {
  /** Bytes a second; infinite: as fast as it goes. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  #freeAt = 0;

  /** The same bytes, in slices, as the link lets them through. */
  async *through(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        await this.#turn(slice.length);
        yield slice;
      }
    }
  }

  async #turn(bytes: number): Promise<void> {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes / this.bytesPerSecond) * 1000;
    // A timer is late by a millisecond or two: shorter waits add up until they are worth one.
    if (this.#freeAt - now > 4) await setTimeout(this.#freeAt - now);
  }
}

/** What a line of so many Mbit/s carries, in bytes a second. */
export function megabits(perSecond: number): number {
  return (perSecond * 1_000_000) / 8;
}
