import { compareBytes } from '../reader/stock-order.ts';
import type { BlockKey } from '../sealed/index.ts';
import type { NameTable } from './name-table.ts';

const FIRST_BYTES = 32;
/** Of a number below 2^53. */
const MOST_BYTES = 8;
/** Of the ranks that are held at once. */
const MOST_RANK_BYTES = 64 * 2 ** 20;

/** Gives the ranks of a stock's ticks on an exchange, in order of time. */
export interface RanksOfKey {
  /** That of the next of the ticks of this time that have one; 0: there is none. */
  next(time: number): number;
}

/** Time stamps and ranks of a day's ticks, stock by stock on each exchange: a few bytes each. */
export class KeptRanks {
  readonly #names: NameTable;
  readonly #most: number;
  readonly #upTo: string | undefined;
  /** By number of the key; `null`: not wanted. */
  readonly #lists: (RankList | null)[] = [];
  #bytes = 0;
  #dropped: string | undefined;

  /** @param upTo only ranks of this stock and of those before it */
  constructor(names: NameTable, most = MOST_RANK_BYTES, upTo?: string) {
    this.#names = names;
    this.#most = most;
    this.#upTo = upTo;
  }

  /** There was no room for the ranks of this stock, and of those whose names come before it. */
  get dropped(): string | undefined {
    return this.#dropped;
  }

  /** Those of each key in order of time. */
  add(key: number, time: number, rank: number): void {
    let list = this.#lists[key];
    if (list === undefined) {
      list = this.#isWanted(key) ? new RankList() : null;
      this.#lists[key] = list;
    }
    if (list === null) return;
    const grown = list.add(time, rank);
    this.#bytes += grown;
    if (grown > 0 && this.#bytes > this.#most) this.#drop();
  }

  /** `undefined`: none of them has a rank. */
  of(stock: string, exchange: string): RanksOfKey | undefined {
    const key = this.#names.find({ stock, exchange });
    return key === undefined ? undefined : this.#lists[key]?.read();
  }

  #isWanted(key: number): boolean {
    const { stock } = this.#names.keys[key] as BlockKey;
    const [upTo, dropped] = [this.#upTo, this.#dropped];
    return (
      (upTo === undefined || compareBytes(stock, upTo) <= 0) &&
      (dropped === undefined || compareBytes(stock, dropped) > 0)
    );
  }

  /** The stocks that come first in the alphabet are packed last. */
  #drop(): void {
    const keys = [...this.#lists.keys()].filter((key) => this.#lists[key]);
    keys.sort((a, b) => this.#names.compare(b, a));
    let left = this.#most / 2;
    const nameOf = (key: number): string => this.#names.keys[key]?.stock ?? '';
    // One stock stays, however many bytes it takes.
    const firstName = nameOf(keys[0] ?? 0);
    let isDropping = false;
    for (const key of keys) {
      const list = this.#lists[key] as RankList;
      left -= list.bytes;
      if (!isDropping && left < 0 && nameOf(key) !== firstName) {
        isDropping = true;
        this.#dropped = nameOf(key);
      }
      if (!isDropping) continue;
      this.#lists[key] = null;
      this.#bytes -= list.bytes;
    }
  }
}

/** Pairs of a distance in time and a rank: bytes of seven bits each, the lowest first; the last of a number has its highest bit set. */
class RankList {
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = 0;
  #time = 0;

  get bytes(): number {
    return this.#bytes.length;
  }

  /** @returns bytes that it has grown by */
  add(time: number, rank: number): number {
    const before = this.#end === 0 ? 0 : this.#bytes.length;
    if (this.#end + 2 * MOST_BYTES > this.#bytes.length) this.#grow();
    this.#put(time - this.#time);
    this.#put(rank);
    this.#time = time;
    return this.#bytes.length - before;
  }

  read(): RanksOfKey {
    const [bytes, end] = [this.#bytes, this.#end];
    let at = 0;
    const number = (): number => {
      let value = 0;
      for (let size = 1; ; size *= 128) {
        const byte = bytes[at++] as number;
        if (byte >= 128) return value + (byte - 128) * size;
        value += byte * size;
      }
    };
    const nextTime = (time: number): number => (at < end ? time + number() : Number.POSITIVE_INFINITY);
    let time = nextTime(0);
    return {
      next(asked) {
        while (time < asked) {
          number();
          time = nextTime(time);
        }
        if (time !== asked) return 0;
        const rank = number();
        time = nextTime(time);
        return rank;
      },
    };
  }

  #put(value: number): void {
    let rest = value;
    while (rest >= 128) {
      const upper = Math.floor(rest / 128);
      this.#bytes[this.#end++] = rest - upper * 128;
      rest = upper;
    }
    this.#bytes[this.#end++] = rest + 128;
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
