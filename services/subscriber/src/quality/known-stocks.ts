import { StockQuality } from './stock-quality.ts';

/** So many stocks of a lane are surely known; twice as many at most. */
const MAX_STOCKS = 20_000;

/** The stocks of a lane that ticked of late: what was silent longest is forgotten, so that odd names cost no memory. */
export class KnownStocks {
  #young = new Map<string, StockQuality>();
  #old = new Map<string, StockQuality>();

  of(name: string): StockQuality {
    return this.#young.get(name) ?? this.#add(name);
  }

  #add(name: string): StockQuality {
    if (this.#young.size >= MAX_STOCKS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const stock = this.#old.get(name) ?? new StockQuality();
    this.#young.set(name, stock);
    return stock;
  }
}
