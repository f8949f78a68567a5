import { type Signal, signal } from '@preact/signals';
import { type BoardRow, backoffMs, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import type { Market } from '../board/market.ts';
import { rowKey } from '../board/stock-row.ts';
import { leaps, playedMicros } from '../moment/moment.ts';
import type { StockName } from './candle-source.ts';

/** So long after an answer that there is no such stock it is asked for again: it may have been imported. */
const UNKNOWN_AGAIN_MS = 10_000;

export type StockState = 'asking' | 'unknown' | 'known';

/** Whether there is a stock, where it is traded and when it ticked last: by the board, else by asking. */
export class KnownStock {
  readonly state: Signal<StockState>;
  /** All exchanges that it is traded on, by name. */
  readonly exchanges = signal<readonly string[]>([]);
  /** Why it could not be asked for; it is tried again. */
  readonly failure = signal<string | undefined>(undefined);
  readonly #name: StockName;
  readonly #market: Market;
  readonly #abort = new AbortController();
  /** What the API said; epoch µs by exchange. */
  readonly #answered = new Map<string, number>();
  #failures = 0;
  /** Which moment it was asked for, and when that is answered. */
  #leap = leaps.peek();
  #then: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: StockName, market: Market) {
    this.#name = name;
    this.#market = market;
    this.state = signal('asking');
    this.look();
    if (this.state.peek() !== 'known') void this.#ask();
  }

  /** Asks again where the page has gone to another moment. Resolves when it is answered, or can't be. */
  atMoment(): Promise<void> {
    if (this.#leap !== leaps.peek()) {
      this.#leap = leaps.peek();
      this.#answered.clear();
      clearTimeout(this.#timer);
      this.#then = this.#ask();
    }
    return this.#then;
  }

  /** The board may know it by now. @returns whether anybody does */
  look(): boolean {
    const found = new Set(this.#answered.keys());
    const now = playedMicros() ?? Number.POSITIVE_INFINITY;
    for (const { stock, exchange, price, time } of this.#market.rows.values())
      if (stock === this.#name.stock && !Number.isNaN(price) && time <= now) found.add(exchange);
    const exchanges = [...found].toSorted();
    if (exchanges.join('\n') !== this.exchanges.peek().join('\n')) this.exchanges.value = exchanges;
    const { exchange } = this.#name;
    const isFound = exchange === undefined ? exchanges.length > 0 : found.has(exchange);
    if (isFound) this.state.value = 'known';
    return isFound;
  }

  /** Its last tick as far as it is known now, epoch seconds. */
  readonly lastTick = (): number | undefined => {
    const { stock, exchange } = this.#name;
    const now = playedMicros() ?? Number.POSITIVE_INFINITY;
    let last = 0;
    for (const place of exchange === undefined ? this.exchanges.peek() : [exchange]) {
      const time = this.#market.rows.get(rowKey(stock, place))?.time ?? 0;
      // A row may still be of another moment.
      last = Math.max(last, time <= now ? time : 0, this.#answered.get(place) ?? 0);
    }
    return last === 0 ? undefined : last / 1e6;
  };

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    const leap = leaps.peek();
    try {
      const rows = await loadStock(this.#name.stock, this.#abort.signal);
      if (leap !== leaps.peek()) return;
      for (const row of rows) this.#answered.set(row.exchange_name, parseTime(row.timestamp) ?? 0);
      this.#failures = 0;
      this.failure.value = undefined;
      if (this.look()) return;
      this.state.value = 'unknown';
      this.#again(UNKNOWN_AGAIN_MS);
    } catch (error) {
      if (this.#abort.signal.aborted || leap !== leaps.peek()) return;
      this.failure.value = (error as Error).message;
      this.#again(backoffMs(this.#failures++, { minMs: 500 }));
    }
  }

  #again(millis: number): void {
    this.#timer = setTimeout(() => {
      if (this.look()) return;
      if (document.hidden) this.#again(millis);
      else void this.#ask();
    }, millis);
  }
}

async function loadStock(stock: string, signal: AbortSignal): Promise<readonly BoardRow[]> {
  // Twice: of a single one, commas part names.
  const names = new URLSearchParams([
    ['stocks', stock],
    ['stocks', stock],
  ]);
  const { body } = await getJson<readonly BoardRow[]>(`/api/board?${names}`, {}, signal);
  return body;
}
