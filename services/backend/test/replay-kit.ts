import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import type { MarketChunk, MarketPlace } from '@tickwatch/store';
import type { ReadPage } from '../src/replay/read-ahead.ts';
import type { Timeline } from '../src/replay/timeline.ts';
import { marketChunk } from './fake-market.ts';

/** A clock that goes when it is told to. */
export class FakeTimeline implements Timeline {
  #now = 0;
  #next = 0;
  readonly #waiting = new Map<number, { readonly time: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): () => void {
    const id = this.#next++;
    this.#waiting.set(id, { time, callback });
    return () => this.#waiting.delete(id);
  }

  /** How many wait for a time. */
  get waiting(): number {
    return this.#waiting.size;
  }

  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, resolve));
  }

  /** Calls back all that is due until then, in order, and lets everybody work between. */
  async goTo(time: number): Promise<void> {
    for (;;) {
      await turn();
      const [first] = [...this.#waiting].sort(([a, one], [b, other]) => one.time - other.time || a - b);
      if (first === undefined || first[1].time > time) break;
      this.#waiting.delete(first[0]);
      this.#now = Math.max(this.#now, first[1].time);
      first[1].callback();
    }
    this.#now = Math.max(this.#now, time);
  }

  async go(ms: number): Promise<void> {
    await this.goTo(this.#now + ms);
  }
}

/** All that is promised and not waited for by the clock is done. */
async function turn(): Promise<void> {
  // A sink takes a turn of its own.
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

export interface ArrivedTick extends SequencedTick {
  readonly clock: number;
}

export const BEGIN = (Date.parse('2026-11-27T14:30:00Z') * 1000) as EpochMicros;

/** Ticks at such times after {@link BEGIN}, in ms; a clock that is later than its time says when one arrived. */
export function arrived(times: readonly (number | readonly [time: number, clock: number])[]): readonly ArrivedTick[] {
  return times.map((given, i) => {
    const [time, clock] = typeof given === 'number' ? [given, given] : given;
    return {
      stock: `S${i % 7}`,
      exchange: i % 3 === 0 ? 'NYSE' : 'NASDAQ',
      price: `${100 + i}.50` as DecimalText,
      time: Math.round(BEGIN + time * 1000) as EpochMicros,
      seq: i + 1,
      clock: Math.round(BEGIN + clock * 1000),
    };
  });
}

/** Reads pages of ticks that are given in the order of arrival. @param before what each page waits for, or fails with */
export function pagesOf(ticks: readonly ArrivedTick[], before: () => Promise<void> = async () => {}): ReadPage {
  return async ({ from, after, limit }, signal) => {
    await before();
    signal.throwIfAborted();
    const begin = after === undefined ? 0 : Number(after);
    const found: ArrivedTick[] = [];
    let next = begin;
    for (; next < ticks.length && found.length < limit; next++) {
      const tick = ticks[next] as ArrivedTick;
      if (tick.time >= from) found.push(tick);
    }
    return {
      chunks: [found.slice(0, 300), found.slice(300)].map(chunkOf),
      next: next < ticks.length ? (String(next) as MarketPlace) : undefined,
      isComplete: true,
    };
  };
}

function chunkOf(ticks: readonly ArrivedTick[]): MarketChunk {
  return { ...marketChunk(ticks), clocks: Float64Array.from(ticks, ({ clock }) => clock) };
}
