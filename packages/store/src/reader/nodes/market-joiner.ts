import type { MarketChunk } from '../market/market-chunk.ts';
import { compareBytes, type StockKey, stockKeyText } from '../stock-order.ts';

/** The next tick of a node. */
export interface MarketHead {
  readonly chunk: MarketChunk;
  readonly at: number;
}

/**
 * The order of arrival over nodes: by clock, then exchange, as each node's ticks come. What arrived on an exchange at one clock
 * comes node by node: of ticks of different lanes nobody knows which was first.
 */
export function compareHeads(a: MarketHead, b: MarketHead): number {
  return (
    (a.chunk.clocks[a.at] as number) - (b.chunk.clocks[b.at] as number) || compareBytes(exchangeAt(a), exchangeAt(b))
  );
}

/** Of heads, by the number of the node, the one that comes first; -1: there is none. */
export function firstHead(heads: readonly (MarketHead | undefined)[]): number {
  let first = -1;
  for (const [node, head] of heads.entries()) {
    if (head === undefined) continue;
    const known = heads[first];
    if (known === undefined || compareHeads(head, known) < 0) first = node;
  }
  return first;
}

function exchangeAt({ chunk, at }: MarketHead): string {
  return chunk.keys[chunk.keyOf[at] as number]?.exchange ?? '';
}

/** Makes chunks of ticks of several nodes. */
export class MarketJoiner {
  readonly #keys: StockKey[] = [];
  readonly #numbers = new Map<string, number>();
  /** Of each node's chunks, the numbers here by those there. */
  readonly #numbersOf = new Map<readonly StockKey[], number[]>();
  #ticks: MarketHead[] = [];

  get count(): number {
    return this.#ticks.length;
  }

  add(head: MarketHead): void {
    this.#ticks.push(head);
  }

  /** All that was added since. */
  take(): MarketChunk {
    const ticks = this.#ticks;
    this.#ticks = [];
    const number = (of: (chunk: MarketChunk) => Float64Array): Float64Array =>
      Float64Array.from(ticks, ({ chunk, at }) => of(chunk)[at] as number);
    const texts = new Map<number, string>();
    for (const [i, { chunk, at }] of ticks.entries()) {
      const text = chunk.texts.get(at);
      if (text !== undefined) texts.set(i, text);
    }
    return {
      count: ticks.length,
      keys: this.#keys,
      keyOf: Uint32Array.from(ticks, ({ chunk, at }) => this.#numberOf(chunk, at)),
      times: number(({ times }) => times),
      clocks: number(({ clocks }) => clocks),
      seqs: number(({ seqs }) => seqs),
      mantissas: number(({ mantissas }) => mantissas),
      decimals: Uint8Array.from(ticks, ({ chunk, at }) => chunk.decimals[at] as number),
      texts,
    };
  }

  #numberOf({ keys, keyOf }: MarketChunk, at: number): number {
    const there = keyOf[at] as number;
    let numbers = this.#numbersOf.get(keys);
    if (numbers === undefined) {
      numbers = [];
      this.#numbersOf.set(keys, numbers);
    }
    numbers[there] ??= this.#numberOfKey(keys[there] as StockKey);
    return numbers[there];
  }

  #numberOfKey(key: StockKey): number {
    const text = stockKeyText(key);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#keys.push(key);
    this.#numbers.set(text, this.#keys.length - 1);
    return this.#keys.length - 1;
  }
}
