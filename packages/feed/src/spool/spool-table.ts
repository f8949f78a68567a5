import type { SpoolKey } from './record-format.ts';

/** Keys and values in order, where a spool keeps its records. */
export interface SpoolTable {
  /** Keys from `start` on and before `end`. */
  keys(start: SpoolKey, end: SpoolKey, limit?: number): Iterable<SpoolKey>;
  get(key: SpoolKey): Buffer | undefined;
  /** All or nothing; safe when it resolves. @throws what the disk says */
  write(puts: readonly (readonly [SpoolKey, Buffer])[], removes: readonly SpoolKey[]): Promise<void>;
  close(): Promise<void>;
}

/** A table that lives as long as the process. A key is an order within its kind and lane. */
export class MemoryTable implements SpoolTable {
  readonly #lists = new Map<string, (readonly [SpoolKey, Buffer])[]>();

  *keys(start: SpoolKey, end: SpoolKey, limit = Number.POSITIVE_INFINITY): Iterable<SpoolKey> {
    const list = this.#list(start);
    for (const [key] of list.slice(indexOf(list, start), Math.min(indexOf(list, end), indexOf(list, start) + limit))) {
      yield key;
    }
  }

  get(key: SpoolKey): Buffer | undefined {
    const list = this.#list(key);
    const item = list[indexOf(list, key)];
    return item !== undefined && orderOf(item[0]) === orderOf(key) ? item[1] : undefined;
  }

  async write(puts: readonly (readonly [SpoolKey, Buffer])[], removes: readonly SpoolKey[]): Promise<void> {
    for (const [key, value] of puts) {
      const list = this.#list(key);
      list.splice(indexOf(list, key), this.get(key) === undefined ? 0 : 1, [key, value]);
    }
    for (const key of removes) {
      const list = this.#list(key);
      if (this.get(key) !== undefined) list.splice(indexOf(list, key), 1);
    }
  }

  async close(): Promise<void> {
    this.#lists.clear();
  }

  #list([kind, lane]: SpoolKey): (readonly [SpoolKey, Buffer])[] {
    const name = `${kind} ${lane}`;
    const list = this.#lists.get(name) ?? [];
    this.#lists.set(name, list);
    return list;
  }
}

function orderOf(key: SpoolKey): number {
  return Number(key[2] ?? 0);
}

/** Index of the first item that is not before a key. */
function indexOf(list: readonly (readonly [SpoolKey, Buffer])[], key: SpoolKey): number {
  const order = orderOf(key);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && orderOf(item[0]) < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
