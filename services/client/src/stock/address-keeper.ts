import { type Signal, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import type { ChartRange } from './chart-model.ts';
import { type WantedRange, wantedOf } from './wanted-range.ts';

const REST_MS = 400;

export interface KeeperOptions {
  readonly wanted: WantedRange;
  /** The stock's last tick as far as it is known now, epoch seconds. */
  readonly last?: () => number | undefined;
  /** Writes what is wanted into the address. @param step with a step in the browser's history */
  readonly write: (wanted: WantedRange, step: boolean) => void;
}

/** Keeps the range of a chart in the address: what was chosen is a step in the history, what was moved is not. */
export class AddressKeeper {
  readonly wanted: Signal<WantedRange>;
  readonly #options: KeeperOptions;
  readonly #path = location.pathname;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.wanted = signal(options.wanted);
  }

  /** A range was chosen by a button. */
  readonly chosen = (range: ChartRange): void => this.choose(wantedOf(range, nowMs() / 1000));

  /** The chart was moved by hand; kept when it has come to rest. */
  readonly moved = (range: ChartRange): void => {
    const before = this.wanted.peek();
    const wanted = wantedOf(range, nowMs() / 1000, this.#options.last?.(), before);
    if (wanted === before) return;
    this.wanted.value = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.write(false), REST_MS);
  };

  choose(wanted: WantedRange): void {
    const same = JSON.stringify(wanted) === JSON.stringify(this.wanted.peek());
    this.wanted.value = wanted;
    this.write(!same);
  }

  write(step: boolean): void {
    clearTimeout(this.#timer);
    // Another view may have taken the page meanwhile.
    if (location.pathname === this.#path) this.#options.write(this.wanted.peek(), step);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
