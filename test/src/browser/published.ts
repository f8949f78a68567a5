import { setTimeout } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import type { House, Price } from './house.ts';

const STEP_MS = 20;

/** A bar as the page tells it: time in epoch seconds, open, high, low, close, count. */
export type ExpectedBar = readonly [number, number, number, number, number, number];

/** Publishes random prices and remembers every one of them: the truth that a page is compared with. */
export class Published {
  readonly #house: House;
  readonly #exchanges: ReadonlyMap<string, string>;
  readonly #prices = new Map<string, number>();
  readonly #ticks = new Map<string, { readonly time: number; readonly price: number }[]>();
  readonly #random: () => number;

  /** @param stocks exchange by stock */
  constructor(house: House, stocks: Readonly<Record<string, string>>, seed: number) {
    this.#house = house;
    this.#exchanges = new Map(Object.entries(stocks));
    for (const stock of this.#exchanges.keys()) this.#prices.set(stock, 20_000);
    this.#random = seeded(seed);
  }

  get stocks(): readonly string[] {
    return [...this.#exchanges.keys()];
  }

  random(): number {
    return this.#random();
  }

  /** Publishes so many ticks now; some come late, some twice, some at the time of another. */
  async publish(count: number): Promise<void> {
    const byExchange = new Map<string, Price[]>();
    for (let index = 0; index < count; index++) {
      const stock = this.stocks[Math.floor(this.#random() * this.stocks.length)] ?? '';
      const exchange = this.#exchanges.get(stock) ?? '';
      const price = Math.max(100, (this.#prices.get(stock) ?? 0) + Math.round((this.#random() - 0.5) * 100));
      this.#prices.set(stock, price);
      const late = this.#random() < 0.02 ? Math.floor(this.#random() * 20_000_000) : 0;
      const time = (Date.now() * 1000 - late) as EpochMicros;
      const copies = this.#random() < 0.01 ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const list = byExchange.get(exchange) ?? [];
        byExchange.set(exchange, list);
        list.push({ stock, price: (price / 100).toFixed(2), time });
        this.#note(stock, time, price / 100);
      }
    }
    for (const [exchange, prices] of byExchange) await this.#house.publish(exchange, prices);
  }

  /** Publishes at an even pace for some time. */
  async publishFor(millis: number, ticksPerSecond: number): Promise<void> {
    const began = performance.now();
    for (let sent = 0, passed = 0; passed < millis; passed = performance.now() - began) {
      const due = Math.floor((passed / 1000) * ticksPerSecond) - sent;
      if (due > 0) await this.publish(due);
      sent += due;
      await setTimeout(STEP_MS);
    }
  }

  /** The bars of a second that all of a stock's ticks from `start` on make (epoch seconds). */
  bars(stock: string, start: number): ExpectedBar[] {
    const ticks = (this.#ticks.get(stock) ?? []).filter((tick) => tick.time >= start * 1e6);
    // Ticks of one time keep the order in which they were published.
    ticks.sort((a, b) => a.time - b.time);
    const bars: [number, number, number, number, number, number][] = [];
    for (const { time, price } of ticks) {
      const second = Math.floor(time / 1e6);
      const last = bars[bars.length - 1];
      if (last?.[0] === second) {
        last[2] = Math.max(last[2], price);
        last[3] = Math.min(last[3], price);
        last[4] = price;
        last[5]++;
      } else bars.push([second, price, price, price, price, 1]);
    }
    return bars;
  }

  #note(stock: string, time: number, price: number): void {
    const list = this.#ticks.get(stock) ?? [];
    this.#ticks.set(stock, list);
    list.push({ time, price });
  }
}

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
