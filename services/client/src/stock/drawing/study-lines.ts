import type { PriceBounds } from '../price-bounds.ts';
import type { DrawnStudy, StudyBook } from '../studies/study-book.ts';
import { visiblePlaces } from './canvas-layer.ts';
import type { ChartSurface } from './chart-layer.ts';
import type { DrawnOver, Pane } from './drawn-over.ts';
import { lineLook } from './line-looks.ts';
import { type LineLook, overLine } from './over-line.ts';

/** Draws the studies of a book; where all prices have to fit, their lines have to, too. */
export class StudyLines implements DrawnOver {
  readonly #book: StudyBook;
  readonly #write: (surface: ChartSurface) => void;
  readonly #changed: () => void;
  readonly #allFit: () => boolean;
  #looks: readonly LineLook[] = [];

  /**
   * @param write told to write the book anew
   * @param changed told when the newest values have changed
   * @param allFit whether all prices have to fit: else what a spike does to the lines is beyond the edges, as it is
   */
  constructor(book: StudyBook, write: (surface: ChartSurface) => void, changed: () => void, allFit: () => boolean) {
    this.#book = book;
    this.#write = write;
    this.#changed = changed;
    this.#allFit = allFit;
  }

  all(surface: ChartSurface): void {
    this.#write(surface);
    this.#looks = this.#book.studies.map((_, index) => lineLook('study', index));
  }

  newest({ points }: ChartSurface): void {
    this.#book.follow(points);
    this.#changed();
  }

  extent(surface: ChartSurface): PriceBounds | undefined {
    const places = visiblePlaces(surface);
    if (places === undefined || !this.#allFit()) return undefined;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { middle, upper, lower } of this.#book.studies) {
      for (const line of [middle, upper, lower]) {
        for (const price of line.slice(places.from, places.to + 1)) {
          if (price < low) low = price;
          if (price > high) high = price;
        }
      }
    }
    return low <= high ? { low, high } : undefined;
  }

  paint(pane: Pane): void {
    this.#book.studies.forEach((study, index) => {
      const look = this.#looks[index];
      if (look === undefined) return;
      if (study.study.kind === 'bb') {
        fill(pane, study, look.color);
        for (const edge of [study.upper, study.lower]) overLine(pane, (place) => edge[place], { ...look, dash: [] });
      }
      overLine(pane, (place) => study.middle[place], look);
    });
  }
}

/** A breath of colour between the bands. */
function fill({ context, from, to, x, y }: Pane, { upper, lower }: DrawnStudy, color: string): void {
  const places: number[] = [];
  for (let place = Math.max(0, from - 1); place <= to + 1; place++)
    if (Number.isFinite(upper[place])) places.push(place);
  context.beginPath();
  for (const place of places) context.lineTo(x(place), y(upper[place] ?? 0) ?? 0);
  for (const place of places.reverse()) context.lineTo(x(place), y(lower[place] ?? 0) ?? 0);
  context.closePath();
  context.globalAlpha = 0.07;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
}
