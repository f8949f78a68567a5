import type { StampSink } from './stamp-rows.ts';

const FIRST_ROOM = 1 << 16;
/** 56 bytes each, with what ranking them takes. */
export const MOST_STAMPS = 1 << 21;
/** Times that tell where half of them lie. */
const SAMPLE = 1024;

/** The ticks of a span of time in any order, column by column. If they are too many, of a shorter span from the same start on. */
export class StampWindow implements StampSink {
  count = 0;
  times: Float64Array;
  seqs: Float64Array;
  keys: Uint32Array;
  #from = 0;
  #until = 0;
  /** Time stamps of more ticks than there is room for: none of them is kept. */
  readonly #crowded = new Set<number>();
  readonly #most: number;

  constructor(most = MOST_STAMPS) {
    this.#most = most;
    const room = Math.min(FIRST_ROOM, most);
    this.times = new Float64Array(room);
    this.seqs = new Float64Array(room);
    this.keys = new Uint32Array(room);
  }

  /** µs. */
  get from(): number {
    return this.#from;
  }

  /** µs; ticks of that time and later are not here. */
  get until(): number {
    return this.#until;
  }

  begin(from: number, until: number): void {
    this.#from = from;
    this.#until = until;
    this.#crowded.clear();
    this.count = 0;
  }

  add(key: number, time: number, seq: number): void {
    if (this.count === this.times.length) this.#makeRoom();
    if (!this.#belongs(time)) return;
    const i = this.count++;
    this.times[i] = time;
    this.seqs[i] = seq;
    this.keys[i] = key;
  }

  #makeRoom(): void {
    const room = Math.min(2 * this.count, this.#most);
    if (room > this.count) {
      this.times = grown(this.times, new Float64Array(room));
      this.seqs = grown(this.seqs, new Float64Array(room));
      this.keys = grown(this.keys, new Uint32Array(room));
      return;
    }
    const length = Math.min(SAMPLE, this.count);
    const step = this.count / length;
    const sample = Float64Array.from({ length }, (_, i) => this.times[Math.floor(i * step)] as number).sort();
    const least = sample[0] as number;
    const middle = sample[sample.length >> 1] as number;
    const cut = middle > least ? middle : sample.find((time) => time > least);
    if (cut === undefined) this.#crowded.add(least);
    else this.#until = cut;
    this.#keep();
  }

  #belongs(time: number): boolean {
    return time < this.#until && (this.#crowded.size === 0 || !this.#crowded.has(time));
  }

  /** Forgets what doesn't belong here any more. */
  #keep(): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const time = this.times[i] as number;
      if (!this.#belongs(time)) continue;
      this.times[kept] = time;
      this.seqs[kept] = this.seqs[i] as number;
      this.keys[kept++] = this.keys[i] as number;
    }
    this.count = kept;
  }
}

function grown<T extends Float64Array | Uint32Array>(column: T, into: T): T {
  into.set(column);
  return into;
}
