import { decodeBlock, type SealedBlock, type TickColumns } from '../sealed/index.ts';
import type { TickSink } from './tick-rows.ts';

/** Of a price that a double holds as a mantissa, whatever they are. */
const MOST_DIGITS = 15;

/** Ticks of a block that are not passed on yet. */
interface Open {
  readonly exchange: string;
  readonly ticks: TickColumns;
  at: number;
}

/** Passes the ticks of a stock's blocks on in order of time, up to where they are asked for. */
export class StockMerge {
  readonly #stock: string;
  readonly #blocks: AsyncIterator<SealedBlock>;
  readonly #sink: TickSink;
  #open: Open[] = [];
  /** `undefined`: there are no more. */
  #next: SealedBlock | undefined;
  #isBegun = false;

  /** @param blocks in order of their first times */
  constructor(stock: string, blocks: AsyncIterator<SealedBlock>, sink: TickSink) {
    this.#stock = stock;
    this.#blocks = blocks;
    this.#sink = sink;
  }

  /** All ticks before a time, in slices. @throws DamagedBlockError */
  async *passUntil(time: number): AsyncGenerator<void> {
    if (!this.#isBegun) await this.#fetch();
    for (;;) {
      const first = this.#first();
      if (
        this.#next !== undefined &&
        this.#next.firstTime < Math.min(time, first === undefined ? time : timeOf(first))
      ) {
        this.#open.push({ exchange: this.#next.exchange, ticks: decodeBlock(this.#next), at: 0 });
        await this.#fetch();
        yield;
      } else if (first === undefined || timeOf(first) >= time) return;
      else this.#pass(first, Math.min(time, this.#next?.firstTime ?? time));
    }
  }

  /** Passes ticks of a block before a time, as far as they come before those of others; at least those of its next time. */
  #pass(first: Open, time: number): void {
    const others = this.#open.filter((open) => open !== first).map(timeOf);
    const end = Math.min(time, ...others);
    const { exchange, ticks } = first;
    do {
      passTick(this.#sink, this.#stock, exchange, ticks, first.at++);
    } while (first.at < ticks.count && timeOf(first) < end);
    if (first.at === ticks.count) this.#open = this.#open.filter((open) => open !== first);
  }

  #first(): Open | undefined {
    let first: Open | undefined;
    for (const open of this.#open) if (first === undefined || timeOf(open) < timeOf(first)) first = open;
    return first;
  }

  async #fetch(): Promise<void> {
    this.#isBegun = true;
    const { value, done } = await this.#blocks.next();
    this.#next = done === true ? undefined : value;
  }
}

function timeOf({ ticks, at }: Open): number {
  return ticks.times[at] as number;
}

/** Gives a tick of some columns to a sink. */
function passTick(sink: TickSink, stock: string, exchange: string, ticks: TickColumns, i: number): void {
  const { times, seqs, ranks, prices } = ticks;
  const rank = ranks?.[i] ?? 0;
  const [time, seq] = [times[i] as number, seqs[i] as number];
  if (prices.kind === 'texts') {
    const text = prices.texts[i] as string;
    const point = text.indexOf('.');
    const mantissa = text.length <= MOST_DIGITS ? Number(text.replace('.', '')) : Number.NaN;
    const decimals = point < 0 ? 0 : text.length - point - 1;
    sink.add(stock, exchange, time, seq, mantissa, decimals, Number.isNaN(mantissa) ? text : undefined, rank);
    return;
  }
  const { mantissas, scale, written } = prices;
  const decimals = written === undefined ? scale : (written[i] as number);
  sink.add(stock, exchange, time, seq, (mantissas[i] as number) / 10 ** (scale - decimals), decimals, undefined, rank);
}
