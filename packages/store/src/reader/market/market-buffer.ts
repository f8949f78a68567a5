import { scaledText } from '../../sealed/price-texts.ts';
import type { RowSink } from '../../sealing/tick-rows.ts';
import type { MarketKeys } from './market-keys.ts';

/** Of rows, their seq; of ticks in blocks, their rank and this: before all rows of their time stamp. */
export const IN_BLOCK = -(2 ** 52);
/** A chunk tells decimals by a byte; prices of more go as texts. */
const MOST_DECIMALS = 255;
const FIRST_ROOM = 4096;

/** Whether a tick is taken in. */
export type WantsTick = (key: number, seq: number) => boolean;

/** Ticks of a window of time in no order, column by column. Takes in as many as it has room for, the first ones by time. */
export class MarketBuffer implements RowSink {
  readonly keys: MarketKeys;
  count = 0;
  /** Ticks of this time and later are left out; comes down when there is no more room. µs. */
  until: number;
  times = new Float64Array(FIRST_ROOM);
  /** 0: not kept. */
  seqs = new Float64Array(FIRST_ROOM);
  /** See {@link IN_BLOCK}. */
  majors = new Float64Array(FIRST_ROOM);
  /** Of ticks in blocks, their places in their stock's day. */
  minors = new Uint32Array(FIRST_ROOM);
  mantissas = new Float64Array(FIRST_ROOM);
  decimals = new Uint8Array(FIRST_ROOM);
  keyOf = new Uint32Array(FIRST_ROOM);
  /** Filled by whoever orders them. */
  clocks = new Float64Array(FIRST_ROOM);
  /** Prices whose mantissa is NaN. */
  readonly texts = new Map<number, string>();
  #most: number;
  /** By the numbers of their heads. */
  readonly #keyOfHead: number[];
  readonly #wants: WantsTick | undefined;

  /** @param keyOfHead the numbers of stocks by those of heads, of the same `RowHeads` */
  constructor(keys: MarketKeys, until: number, most: number, keyOfHead: number[], wants?: WantsTick) {
    this.keys = keys;
    this.until = until;
    this.#most = most;
    this.#keyOfHead = keyOfHead;
    this.#wants = wants;
  }

  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
    _rank: undefined,
    head: number,
  ): void {
    let key = this.#keyOfHead[head];
    if (key === undefined) {
      key = this.keys.numberOf(stock, exchange);
      this.#keyOfHead[head] = key;
    }
    this.push(key, time, seq, seq, 0, mantissa, decimals, text);
  }

  push(
    key: number,
    time: number,
    seq: number,
    major: number,
    minor: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
  ): void {
    if (time >= this.until || this.#wants?.(key, seq) === false) return;
    if (this.count >= this.#most) {
      this.#shrink();
      if (time >= this.until) return;
    }
    const i = this.count++;
    if (i === this.times.length) this.#grow();
    this.times[i] = time;
    this.seqs[i] = seq;
    this.majors[i] = major;
    this.minors[i] = minor;
    this.keyOf[i] = key;
    this.decimals[i] = decimals;
    this.mantissas[i] = mantissa;
    if (text !== undefined) this.texts.set(i, text);
    else if (decimals > MOST_DECIMALS) this.#keepText(i, mantissa, decimals);
  }

  /** Another one of the same stocks. */
  empty(): MarketBuffer {
    return new MarketBuffer(this.keys, Number.POSITIVE_INFINITY, this.#most, this.#keyOfHead);
  }

  /** Adds tick i of another buffer of the same stocks, whatever its time. */
  copy(other: MarketBuffer, i: number): void {
    const until = this.until;
    this.until = Number.POSITIVE_INFINITY;
    this.#most++;
    const [key, time, seq] = [other.keyOf[i] as number, other.times[i] as number, other.seqs[i] as number];
    const [major, minor] = [other.majors[i] as number, other.minors[i] as number];
    const [mantissa, decimals] = [other.mantissas[i] as number, other.decimals[i] as number];
    this.push(key, time, seq, major, minor, mantissa, decimals, other.texts.get(i));
    this.clocks[this.count - 1] = other.clocks[i] as number;
    this.until = until;
  }

  /** Makes room: the later half goes, and is not taken in any more. Ticks of one time stamp stay together. */
  #shrink(): void {
    const sorted = this.times.slice(0, this.count).sort();
    const first = sorted[0] as number;
    let middle = sorted[this.count >> 1] as number;
    if (middle === first) middle = sorted.find((time) => time > first) ?? Number.POSITIVE_INFINITY;
    if (middle === Number.POSITIVE_INFINITY) {
      this.until = first + 1;
      this.#most *= 2;
      return;
    }
    this.until = middle;
    this.#keepEarly();
  }

  #keepEarly(): void {
    let kept = 0;
    const texts = new Map<number, string>();
    for (let i = 0; i < this.count; i++) {
      if ((this.times[i] as number) >= this.until) continue;
      for (const column of this.#columns()) column[kept] = column[i] as number;
      const text = this.texts.get(i);
      if (text !== undefined) texts.set(kept, text);
      kept++;
    }
    this.count = kept;
    this.texts.clear();
    for (const [i, text] of texts) this.texts.set(i, text);
  }

  #keepText(i: number, mantissa: number, decimals: number): void {
    this.texts.set(i, scaledText(mantissa, decimals));
    this.mantissas[i] = Number.NaN;
  }

  #columns(): readonly (Float64Array | Uint8Array | Uint32Array)[] {
    return [this.times, this.seqs, this.majors, this.minors, this.mantissas, this.decimals, this.keyOf, this.clocks];
  }

  #grow(): void {
    const room = 2 * this.times.length;
    const grown = <T extends Float64Array | Uint8Array | Uint32Array>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    this.times = grown(this.times, new Float64Array(room));
    this.seqs = grown(this.seqs, new Float64Array(room));
    this.majors = grown(this.majors, new Float64Array(room));
    this.minors = grown(this.minors, new Uint32Array(room));
    this.mantissas = grown(this.mantissas, new Float64Array(room));
    this.decimals = grown(this.decimals, new Uint8Array(room));
    this.keyOf = grown(this.keyOf, new Uint32Array(room));
    this.clocks = grown(this.clocks, new Float64Array(room));
  }
}
