import { bigintAt, COPY_END, COPY_HEADER_BYTES, POSTGRES_EPOCH_MICROS, viewOf } from '../binary-values.ts';
import { decimalsAt, mantissaAt, numericText } from './binary-numeric.ts';
import { MESSAGE_HEAD_BYTES } from './copy-out.ts';
import { RowHeads } from './row-heads.ts';

/** What takes ticks one by one. */
export interface TickSink {
  /** @param mantissa the price without its point, NaN: see `text` @param text the price where the mantissa is NaN */
  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
  ): void;
}

/** What takes rows one by one. */
export interface RowSink {
  /** As {@link TickSink} has it. @param head the number of its stock and exchange, see {@link RowHeads} */
  add(...tick: [...tick: Parameters<TickSink['add']>, head: number]): void;
}

/**
 * Reads what {@link CopyOut} gives of `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price …) TO STDOUT (FORMAT binary)`
 * by hand: ten million rows a second or more, no object a row.
 * Sources: PostgreSQL's documentation of COPY (File Formats); numeric_send in its numeric.c.
 */
export class TickRows {
  readonly #sink: RowSink;
  readonly #heads: RowHeads;
  #isBegun = false;
  #count = 0;

  /** @param heads those that were met before, where several copies are read into one sink */
  constructor(sink: RowSink, heads = new RowHeads()) {
    this.#sink = sink;
    this.#heads = heads;
  }

  /** Rows read so far. */
  get count(): number {
    return this.#count;
  }

  /** Gives the rows of some whole messages to the sink; pauses after each so many. */
  *write(messages: Buffer, rowsAPause: number): Iterable<void> {
    const view = viewOf(messages);
    for (let head = 0, rows = 1; head < view.byteLength; rows++) {
      const end = head + 1 + view.getInt32(head + 1);
      const row = head + MESSAGE_HEAD_BYTES + (this.#isBegun ? 0 : COPY_HEADER_BYTES);
      this.#isBegun = true;
      // The file's header may come with the first row, or alone.
      if (row < end && view.getUint16(row) !== COPY_END) this.#read(view, row, end);
      head = end;
      if (rows % rowsAPause === 0) yield;
    }
  }

  #read(view: DataView, row: number, end: number): void {
    const head = this.#heads.at(view, row);
    const timeAt = row + head.bytes.byteLength;
    const priceAt = timeAt + 24;
    if (priceAt + view.getInt32(priceAt - 4) !== end) throw new Error('COPY gave a row that is no tick');
    const time = bigintAt(view, timeAt) + POSTGRES_EPOCH_MICROS;
    const seq = bigintAt(view, timeAt + 12);
    const mantissa = mantissaAt(view, priceAt);
    let text: string | undefined;
    if (Number.isNaN(mantissa)) text = numericText(view, priceAt);
    this.#count++;
    this.#sink.add(head.stock, head.exchange, time, seq, mantissa, decimalsAt(view, priceAt), text, head.number);
  }
}
