import { exchangeOf, type LaneName, laneChannel, laneIndex } from '@tickwatch/core';

/**
 * Which exchanges have several lanes, and which stock is in which, as far as answers of the API and the boards have told:
 * where the feed's source decides, nobody can compute it.
 */
export class LaneBook {
  readonly #split = new Set<string>();
  readonly #stocks = new Map<string, Map<string, LaneName>>();
  /** Told of a stock whose lane is known now or has changed; undefined: an exchange turned out to have several. */
  onNews: (stock: string | undefined) => void = () => {};

  noteLanes(lanes: Iterable<LaneName>): void {
    for (const lane of lanes) {
      const exchange = exchangeOf(lane);
      if (laneIndex(lane) === 0 || this.#split.has(exchange)) continue;
      this.#split.add(exchange);
      this.onNews(undefined);
    }
  }

  noteStock(stock: string, lane: LaneName): void {
    const exchange = exchangeOf(lane);
    const stocks = this.#stocks.get(exchange) ?? new Map<string, LaneName>();
    this.#stocks.set(exchange, stocks);
    if (stocks.get(stock) === lane) return;
    stocks.set(stock, lane);
    this.onNews(stock);
  }

  /** The channel of all ticks of a stock; undefined: not known. @param isThere it is known to be traded there */
  channelOf(stock: string, exchange: string, isThere: boolean): string | undefined {
    const lane = this.#stocks.get(exchange)?.get(stock);
    if (!this.#split.has(exchange)) return lane === undefined && !isThere ? undefined : exchange;
    return lane && laneChannel(lane);
  }
}

export const laneBook = new LaneBook();
