import { countText, percentText, priceText, signedText } from '../format/number-text.ts';
import { ageText } from '../format/time-text.ts';
import { drawSparkline, type SparkColors } from './sparkline.ts';
import { STALE_SECONDS, type StockRow } from './stock-row.ts';

/** A sparkline moves by less than a pixel in this time; a price flashes at most this often. */
const SPARK_EVERY_MS = 500;
const FLASH_EVERY_MS = 250;

const SIGNS = { '1': '▲', '-1': '▼', '0': '·' } as const;

/** Writes one visible row straight into its elements: no virtual tree is compared for a tick. */
export class RowPainter {
  readonly row: StockRow;
  readonly #root: HTMLElement;
  readonly #texts = new Map<string, { readonly node: Text; text: string }>();
  readonly #canvas: HTMLCanvasElement | null;
  readonly #mark: HTMLElement | null;
  #ticks: number;
  #flashedAt = 0;
  #flashed: StockRow['direction'] = 0;
  #sparkAt = 0;
  #flip = false;
  #classes = '';

  constructor(row: StockRow, root: HTMLElement) {
    this.row = row;
    this.#root = root;
    this.#ticks = row.ticks;
    this.#canvas = root.querySelector('canvas');
    this.#mark = root.querySelector('.range-mark');
    for (const element of root.querySelectorAll<HTMLElement>('[data-cell]')) {
      const node = document.createTextNode('');
      element.replaceChildren(node);
      this.#texts.set(element.dataset.cell ?? '', { node, text: '' });
    }
    row.dirty = true;
  }

  /** @param everything also what changes by itself: the age and what follows from the clock */
  paint(now: number, colors: SparkColors, everything: boolean): void {
    const { row } = this;
    if (!row.dirty && !everything) return;
    row.dirty = false;
    this.#write('sign', SIGNS[row.direction]);
    this.#write('price', Number.isNaN(row.price) ? '–' : priceText(row.price, row.digits));
    const { change, changeRatio, day } = row;
    this.#write('change', change === undefined ? '–' : signedText(change, row.digits));
    this.#write('percent', changeRatio === undefined ? '–' : percentText(changeRatio));
    this.#write('low', day === undefined ? '–' : priceText(day.low, row.digits));
    this.#write('high', day === undefined ? '–' : priceText(day.high, row.digits));
    const nowMicros = now * 1000;
    const age = row.ageSeconds(nowMicros);
    this.#write('age', row.time === 0 ? '–' : ageText(age));
    this.#write(
      'rate',
      row.sparkState === 'ready' || row.ticks > 0 ? countText(row.spark.ticksPerMinute(nowMicros)) : '–',
    );
    this.#place(day);
    this.#restyle(now, age, change ?? 0);
    if (this.#canvas !== null && now - this.#sparkAt >= SPARK_EVERY_MS) {
      this.#sparkAt = now;
      drawSparkline(this.#canvas, row.spark, nowMicros, colors);
    }
  }

  #place(day: StockRow['day']): void {
    if (this.#mark === null) return;
    const span = day === undefined ? 0 : day.high - day.low;
    const share = day === undefined || span === 0 ? 0.5 : Math.min(1, Math.max(0, (this.row.price - day.low) / span));
    const left = `${Math.round(share * 100)}%`;
    if (this.#mark.style.left !== left) this.#mark.style.left = left;
  }

  #restyle(now: number, age: number, change: number): void {
    const { row } = this;
    let flash = /flash-\S+/.exec(this.#classes)?.[0] ?? '';
    const due = now - this.#flashedAt >= FLASH_EVERY_MS || row.direction !== this.#flashed;
    if (row.ticks !== this.#ticks && row.direction !== 0 && due) {
      this.#flashed = row.direction;
      // Two names of one animation: changing the name starts it again without asking the browser for a layout.
      this.#flip = !this.#flip;
      flash = `flash-${row.direction > 0 ? 'up' : 'down'}-${this.#flip ? 'a' : 'b'}`;
      this.#flashedAt = now;
    }
    this.#ticks = row.ticks;
    const trend = row.direction > 0 ? 'went-up' : row.direction < 0 ? 'went-down' : '';
    const day = change > 0 ? 'gains' : change < 0 ? 'loses' : '';
    const classes = `${trend} ${day} ${age > STALE_SECONDS ? 'stale' : ''} ${flash}`;
    if (classes === this.#classes) return;
    this.#classes = classes;
    this.#root.className = `row ${classes}`;
  }

  #write(cell: string, text: string): void {
    const target = this.#texts.get(cell);
    if (target === undefined || target.text === text) return;
    target.text = text;
    target.node.data = text;
  }
}
