import { nowMs } from '../clock.ts';
import { forgetPainter, markDirty } from '../frame.ts';
import { cssColor } from '../ui/css-color.ts';
import { RowPainter } from './row-painter.ts';
import type { SparkColors, SparkSize } from './sparkline.ts';
import type { Freshness, StockRow } from './stock-row.ts';

/** Paints the visible rows, once per frame at most. */
export class BoardPainter {
  readonly #rows = new Map<StockRow, RowPainter>();
  readonly #freshness: (row: StockRow, nowMicros: number) => Freshness;
  readonly #clock: ReturnType<typeof setInterval>;
  #colors: SparkColors = readColors();
  #everything = true;

  /** Of every row; asking each for it would lay the page out for each row that scrolls into view. */
  #sparkSize: SparkSize | undefined;
  #resized: ResizeObserver | undefined;

  /** @param freshness whether a row's prices are fresh, at a moment in epoch µs */
  constructor(freshness: (row: StockRow, nowMicros: number) => Freshness) {
    this.#freshness = freshness;
    // Ages and rates change without a tick.
    this.#clock = setInterval(() => this.touchAll(), 1000);
  }

  /** A row came into view. @returns it left */
  readonly mounted = (row: StockRow, root: HTMLElement): (() => void) => {
    const painter = new RowPainter(row, root, this.#freshness, this.#sparkSize);
    this.#rows.set(row, painter);
    if (painter.sparkSize.width > 0) this.#sparkSize = painter.sparkSize;
    // At once, so that a row never shows empty for a frame.
    painter.paint(nowMs(), this.#colors, true);
    return () => {
      if (this.#rows.get(row) === painter) this.#rows.delete(row);
    };
  };

  /** Something changed; which rows did, they know themselves. */
  touch(): void {
    markDirty(this.#paint);
  }

  touchAll(): void {
    this.#everything = true;
    this.touch();
  }

  /** The theme changed. */
  recolor(): void {
    this.#colors = readColors();
    this.touchAll();
  }

  /** Watches the size of what the rows are in. */
  watch(element: Element): void {
    this.#resized = new ResizeObserver(() => this.refit());
    this.#resized.observe(element);
  }

  /** Rows have another size now. */
  refit(): void {
    this.#sparkSize = undefined;
    for (const painter of this.#rows.values()) this.#sparkSize = painter.fit(this.#sparkSize);
    this.touchAll();
  }

  dispose(): void {
    this.#resized?.disconnect();
    clearInterval(this.#clock);
    forgetPainter(this.#paint);
  }

  readonly #paint = (): void => {
    const now = nowMs();
    const everything = this.#everything;
    this.#everything = false;
    for (const painter of this.#rows.values()) painter.paint(now, this.#colors, everything);
  };
}

function readColors(): SparkColors {
  return { up: cssColor('--up'), down: cssColor('--down'), flat: cssColor('--text-3') };
}
