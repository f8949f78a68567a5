import { compareBytes, type StockKey } from '../stock-order.ts';

/** The stocks that an answer has met, each with a number; and their order. */
export class MarketKeys {
  readonly all: StockKey[] = [];
  readonly exchanges: string[] = [];
  /** Of each stock, the number of its exchange. */
  readonly exchangeOf: number[] = [];
  readonly #numbers = new Map<string, Map<string, number>>();
  #exchangePlaces: readonly number[] = [];
  #stockPlaces: readonly number[] = [];

  numberOf(stock: string, exchange: string): number {
    let ofExchange = this.#numbers.get(exchange);
    if (ofExchange === undefined) {
      ofExchange = new Map();
      this.#numbers.set(exchange, ofExchange);
      this.exchanges.push(exchange);
    }
    let number = ofExchange.get(stock);
    if (number === undefined) {
      number = this.all.length;
      ofExchange.set(stock, number);
      this.all.push({ stock, exchange });
      this.exchangeOf.push(this.exchanges.indexOf(exchange));
    }
    return number;
  }

  /** By the bytes of the exchanges' names. */
  compareExchanges(a: number, b: number): number {
    const [left, right] = [this.exchangeOf[a] as number, this.exchangeOf[b] as number];
    if (left === right) return 0;
    if (this.#exchangePlaces.length < this.exchanges.length) this.#exchangePlaces = placesOf(this.exchanges);
    return (this.#exchangePlaces[left] as number) - (this.#exchangePlaces[right] as number);
  }

  /** By the bytes of the stocks' names. */
  compareStocks(a: number, b: number): number {
    if (a === b) return 0;
    // Sorted once, and not again until there are more.
    if (this.#stockPlaces.length < this.all.length) this.#stockPlaces = placesOf(this.all.map(({ stock }) => stock));
    return (this.#stockPlaces[a] as number) - (this.#stockPlaces[b] as number);
  }
}

/** Of each name, its place among all; the same names have the same. */
function placesOf(names: readonly string[]): readonly number[] {
  const order = names.map((name, i) => ({ bytes: Buffer.from(name), name, i }));
  order.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const places = new Array<number>(names.length).fill(0);
  let place = 0;
  for (const [at, { name, i }] of order.entries()) {
    if (at > 0 && compareBytes(name, order[at - 1]?.name ?? '') !== 0) place++;
    places[i] = place;
  }
  return places;
}
