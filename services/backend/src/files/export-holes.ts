import type { AnswerHole, Completeness } from '@tickwatch/store';

/** A hole in what was exported, and how many of the stocks it concerns. */
export interface ExportHole extends AnswerHole {
  readonly stocks: number;
}

/** More different holes are counted and not kept. */
const MAX_KEPT = 1000;

/** Gathers what stocks lack, stock after stock; one that several lack is told once. */
export class ExportHoles {
  readonly #holes = new Map<string, ExportHole>();
  #stocks = 0;
  #more = false;

  add({ complete, holes }: Completeness): void {
    if (complete) return;
    this.#stocks++;
    for (const hole of holes) {
      const { exchange, from, until, reason } = hole;
      const key = `${exchange} ${from} ${until} ${reason}`;
      const known = this.#holes.get(key);
      if (known === undefined && this.#holes.size >= MAX_KEPT) this.#more = true;
      else this.#holes.set(key, { ...hole, stocks: (known?.stocks ?? 0) + 1 });
    }
  }

  /** Stocks of which something is, or may be, missing. */
  get stocks(): number {
    return this.#stocks;
  }

  /** In the order of time. */
  get holes(): readonly ExportHole[] {
    return [...this.#holes.values()].sort((a, b) => a.from - b.from || a.until - b.until);
  }

  /** True: there are more than {@link holes}. */
  get hasMore(): boolean {
    return this.#more;
  }
}
