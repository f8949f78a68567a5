import { bigintAt, POSTGRES_EPOCH_MICROS } from '../binary-values.ts';
import { decimalsAt, mantissaAt, numericText } from './binary-numeric.ts';
import { CopiedRows } from './copied-rows.ts';
import { RowHeads } from './row-heads.ts';

/** What takes ticks one by one. */
export interface TickSink {
  /**
   * @param mantissa the price without its point, NaN: see `text`
   * @param text the price where the mantissa is NaN
   * @param rank as `TickColumns` have it, of a tick that has one already, or was found to have none
   */
  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
    rank?: number,
  ): void;
}

/** What takes rows one by one. */
export interface RowSink {
  /** As {@link TickSink} has it. @param head the number of its stock and exchange, see {@link RowHeads} */
  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
    rank: undefined,
    head: number,
  ): void;
}

/**
 * Reads what {@link CopyOut} gives of `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price …) TO STDOUT (FORMAT binary)`
 * by hand: ten million rows a second or more, no object a row.
 * Sources: PostgreSQL's documentation of COPY (File Formats); numeric_send in its numeric.c.
 */
export class TickRows extends CopiedRows {
  readonly #sink: RowSink;
  readonly #heads: RowHeads;

  /** @param heads those that were met before, where several copies are read into one sink */
  constructor(sink: RowSink, heads = new RowHeads()) {
    super();
    this.#sink = sink;
    this.#heads = heads;
  }

  protected override read(view: DataView, row: number, end: number): void {
    const { stock, exchange, bytes, number } = this.#heads.at(view, row);
    const timeAt = row + bytes.byteLength;
    const priceAt = timeAt + 24;
    if (priceAt + view.getInt32(priceAt - 4) !== end) throw new Error('COPY gave a row that is no tick');
    const time = bigintAt(view, timeAt) + POSTGRES_EPOCH_MICROS;
    const seq = bigintAt(view, timeAt + 12);
    const mantissa = mantissaAt(view, priceAt);
    let text: string | undefined;
    if (Number.isNaN(mantissa)) text = numericText(view, priceAt);
    this.#sink.add(stock, exchange, time, seq, mantissa, decimalsAt(view, priceAt), text, undefined, number);
  }
}
