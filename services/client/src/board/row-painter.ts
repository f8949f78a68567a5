import { CELL_TEXTS } from './cell-texts.ts';
import { drawSparkline, fitCanvas, type SparkColors, type SparkSize } from './sparkline.ts';
import type { Freshness, StockRow } from './stock-row.ts';

/** A sparkline moves by less than a pixel in this time. */
const SPARK_EVERY_MS = 1000;
/** As long as the style sheet's animation. */
const FLASH_MS = 700;
/** A text of more characters may be cut; the whole of it is then told to whoever points at it. */
const LONG_TEXT = 8;

interface CellText {
  readonly cell: string;
  readonly element: HTMLElement;
  readonly node: Text;
  text: string;
  isLong: boolean;
}

/** Writes one visible row straight into its elements: no virtual tree is compared for a tick. */
export class RowPainter {
  readonly row: StockRow;
  readonly #root: HTMLElement;
  readonly #freshness: (row: StockRow, nowMicros: number) => Freshness;
  readonly #texts: CellText[] = [];
  readonly #canvas: HTMLCanvasElement | null;
  readonly #context: CanvasRenderingContext2D | null;
  #size: SparkSize = { width: 0, height: 0 };
  readonly #mark: HTMLElement | null;
  #ticks: number;
  #flashedAt = 0;
  #flashing = '';
  #sparkAt = 0;
  #flip = false;
  #classes = '';

  /**
   * @param freshness whether its prices are fresh, at a moment in epoch µs
   * @param size of its sparkline, where it is known: all rows have the same
   */
  constructor(
    row: StockRow,
    root: HTMLElement,
    freshness: (row: StockRow, nowMicros: number) => Freshness,
    size?: SparkSize,
  ) {
    this.#freshness = freshness;
    this.row = row;
    this.#root = root;
    this.#ticks = row.ticks;
    this.#canvas = root.querySelector('canvas');
    this.#context = this.#canvas?.getContext('2d') ?? null;
    this.fit(size);
    this.#mark = root.querySelector('.range-mark');
    for (const element of root.querySelectorAll<HTMLElement>('[data-cell]')) {
      const node = document.createTextNode('');
      element.replaceChildren(node);
      this.#texts.push({ cell: element.dataset.cell ?? '', element, node, text: '', isLong: false });
    }
    row.dirty = true;
  }

  /** The row may have another size now. */
  fit(size?: SparkSize): SparkSize {
    if (this.#canvas !== null) this.#size = fitCanvas(this.#canvas, size);
    this.#sparkAt = 0;
    return this.#size;
  }

  get sparkSize(): SparkSize {
    return this.#size;
  }

  /** @param everything also what changes by itself: the age and what follows from the clock */
  paint(now: number, colors: SparkColors, everything: boolean): void {
    const { row } = this;
    if (!row.dirty && !everything) return;
    row.dirty = false;
    const nowMicros = now * 1000;
    const freshness = this.#freshness(row, nowMicros);
    const facts = { nowMicros, freshness };
    for (const target of this.#texts) write(target, CELL_TEXTS[target.cell]?.(row, facts) ?? '');
    this.#place(row.day);
    this.#restyle(now, freshness, row.change ?? 0);
    if (this.#context !== null && now - this.#sparkAt >= SPARK_EVERY_MS) {
      this.#sparkAt = now;
      drawSparkline(this.#context, this.#size, row.spark, nowMicros, colors);
    }
  }

  #place(day: StockRow['day']): void {
    if (this.#mark === null) return;
    const span = day === undefined ? 0 : day.high - day.low;
    const share = day === undefined || span === 0 ? 0.5 : Math.min(1, Math.max(0, (this.row.price - day.low) / span));
    const left = `${Math.round(share * 100)}%`;
    if (this.#mark.style.left !== left) this.#mark.style.left = left;
  }

  #restyle(now: number, freshness: Freshness, change: number): void {
    const { row } = this;
    if (row.ticks !== this.#ticks) this.#flash(now);
    else if (now - this.#flashedAt > FLASH_MS) this.#flashing = '';
    this.#ticks = row.ticks;
    const trend = row.direction > 0 ? 'went-up' : row.direction < 0 ? 'went-down' : '';
    const day = change > 0 ? 'gains' : change < 0 ? 'loses' : '';
    const classes = `${trend} ${day} ${freshness === 'live' ? '' : freshness} ${this.#flashing}`;
    if (classes === this.#classes) return;
    this.#classes = classes;
    this.#root.className = `row ${classes}`;
  }

  /**
   * A flash fades. Where prices come faster than that, a still tint takes its place: nothing moves then that would
   * have to be drawn sixty times a second in every row.
   */
  #flash(now: number): void {
    const { direction } = this.row;
    if (direction === 0) return;
    const side = direction > 0 ? 'up' : 'down';
    if (now - this.#flashedAt < FLASH_MS) this.#flashing = `tint-${side}`;
    else {
      // Two names of one animation: changing the name starts it again without asking the browser for a layout.
      this.#flip = !this.#flip;
      this.#flashing = `flash-${side}-${this.#flip ? 'a' : 'b'}`;
    }
    this.#flashedAt = now;
  }
}

function write(target: CellText, text: string): void {
  if (target.text === text) return;
  target.text = text;
  target.node.data = text;
  const isLong = text.length > LONG_TEXT;
  if (isLong) target.element.title = text;
  else if (target.isLong) target.element.removeAttribute('title');
  if (isLong !== target.isLong) target.element.classList.toggle('long', isLong);
  target.isLong = isLong;
}
