import type { KeptRanks } from './kept-ranks.ts';
import type { NameTable } from './name-table.ts';
import type { StampWindow } from './stamp-window.ts';

const MOST_BUCKETS = 1 << 21;
const BUCKETS_A_PAUSE = 256;
const FEW = 16;

/** Where each tick of a window lies, by time: buckets of equal widths, each a chain of ticks. */
class Buckets {
  readonly count: number;
  /** Of a bucket the last tick, of a tick the one before in its bucket; 0: none, else its place from 1 on. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;
  readonly #window: StampWindow;
  readonly #width: number;

  constructor(window: StampWindow) {
    this.#window = window;
    this.count = Math.min(MOST_BUCKETS, window.count);
    this.#width = (window.until - window.from) / this.count;
    this.#last = new Int32Array(this.count);
    this.#before = new Int32Array(window.count);
  }

  put(i: number): void {
    const { times, from } = this.#window;
    const bucket = Math.min(this.count - 1, Math.floor(((times[i] as number) - from) / this.#width));
    this.#before[i] = this.#last[bucket] as number;
    this.#last[bucket] = i + 1;
  }

  /** The places of a bucket's ticks into `out`, if there are several. */
  several(bucket: number, out: number[]): boolean {
    let next = this.#last[bucket] as number;
    if (next === 0 || this.#before[next - 1] === 0) return false;
    out.length = 0;
    for (; next !== 0; next = this.#before[next - 1] as number) out.push(next - 1);
    return true;
  }
}

/**
 * Finds the ticks of a window that share their time stamp with other stocks' on their exchange, and gives them their ranks, in order
 * of time: their places in the order of seq and the stock's name. Where all have the same seq, nobody knows in what order they
 * came: they get none. Pauses often.
 */
export function* rankStamps(window: StampWindow, names: NameTable, kept: KeptRanks): Iterable<void> {
  if (window.count === 0) return;
  const { times, seqs, keys } = window;
  const { exchanges } = names;
  const buckets = new Buckets(window);
  for (let i = 0; i < window.count; i++) {
    buckets.put(i);
    if (i % BUCKETS_A_PAUSE === 0) yield;
  }
  const exchangeOf = (i: number): number => exchanges[keys[i] as number] as number;
  const compare = (a: number, b: number): number =>
    (times[a] as number) - (times[b] as number) ||
    exchangeOf(a) - exchangeOf(b) ||
    (seqs[a] as number) - (seqs[b] as number) ||
    names.compare(keys[a] as number, keys[b] as number);
  const isOfOne = (a: number, b: number): boolean => times[a] === times[b] && exchangeOf(a) === exchangeOf(b);
  const places: number[] = [];
  for (let bucket = 0; bucket < buckets.count; bucket++) {
    if (bucket % BUCKETS_A_PAUSE === 0) yield;
    if (!buckets.several(bucket, places)) continue;
    sort(places, compare);
    for (let start = 0, end = 1; start < places.length; start = end++) {
      const first = places[start] as number;
      while (end < places.length && isOfOne(first, places[end] as number)) end++;
      if (end - start > 1) rank(places, start, end);
    }
  }

  function rank(ofStamp: readonly number[], start: number, end: number): void {
    const [first, last] = [ofStamp[start] as number, ofStamp[end - 1] as number];
    if (seqs[first] === seqs[last]) return;
    let isShared = false;
    for (let i = start + 1; i < end && !isShared; i++) isShared = keys[ofStamp[i] as number] !== keys[first];
    if (!isShared) return;
    for (let i = start; i < end; i++) {
      const place = ofStamp[i] as number;
      kept.add(keys[place] as number, times[place] as number, i - start + 1);
    }
  }
}

function sort(places: number[], compare: (a: number, b: number) => number): void {
  if (places.length > FEW) {
    places.sort(compare);
    return;
  }
  for (let i = 1; i < places.length; i++) {
    const place = places[i] as number;
    let at = i;
    for (; at > 0 && compare(places[at - 1] as number, place) > 0; at--) places[at] = places[at - 1] as number;
    places[at] = place;
  }
}
