import { bigintAt, POSTGRES_EPOCH_MICROS, viewOf } from '../binary-values.ts';
import { decimalsAt, mantissaAt, numericText } from './binary-numeric.ts';
import { CopiedRows } from './copied-rows.ts';

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

/** A row up to its time: its exchange and stock, as they are written. */
interface RowHead {
  readonly bytes: DataView;
  readonly stock: string;
  readonly exchange: string;
}

/**
 * Reads what {@link CopyOut} gives of `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price …) TO STDOUT (FORMAT binary)`
 * by hand: ten million rows a second or more, no object a row.
 * Sources: PostgreSQL's documentation of COPY (File Formats); numeric_send in its numeric.c.
 */
export class TickRows extends CopiedRows {
  readonly #sink: TickSink;
  /** Of the stock whose rows come, the last exchange's first. */
  #heads: RowHead[] = [];

  constructor(sink: TickSink) {
    super();
    this.#sink = sink;
  }

  protected override read(view: DataView, row: number, end: number): void {
    let head = this.#heads[0];
    if (head === undefined || !isAt(view, row, head.bytes)) head = this.#headAt(view, row);
    const timeAt = row + head.bytes.byteLength;
    const priceAt = timeAt + 24;
    if (priceAt + view.getInt32(priceAt - 4) !== end) throw new Error('COPY gave a row that is no tick');
    const time = bigintAt(view, timeAt) + POSTGRES_EPOCH_MICROS;
    const seq = bigintAt(view, timeAt + 12);
    const mantissa = mantissaAt(view, priceAt);
    let text: string | undefined;
    if (Number.isNaN(mantissa)) text = numericText(view, priceAt);
    this.#sink.add(head.stock, head.exchange, time, seq, mantissa, decimalsAt(view, priceAt), text);
  }

  #headAt(view: DataView, row: number): RowHead {
    let head = this.#heads.find(({ bytes }) => isAt(view, row, bytes));
    if (head === undefined) {
      head = readHead(view, row);
      if (head.stock !== this.#heads[0]?.stock) this.#heads = [];
    }
    this.#heads = [head, ...this.#heads.filter((other) => other !== head)];
    return head;
  }
}

function readHead(view: DataView, row: number): RowHead {
  const stockAt = row + 6;
  const exchangeAt = stockAt + view.getInt32(stockAt - 4) + 4;
  const timeAt = exchangeAt + view.getInt32(exchangeAt - 4) + 4;
  const bytes = Buffer.from(Buffer.from(view.buffer, view.byteOffset + row, timeAt - row));
  return {
    bytes: viewOf(bytes),
    stock: bytes.toString('utf8', 6, exchangeAt - 4 - row),
    exchange: bytes.toString('utf8', exchangeAt - row, timeAt - 4 - row),
  };
}

/** Whether bytes, four or more of them, are at a place; they know their own lengths, so nothing longer begins like them. */
function isAt(view: DataView, at: number, bytes: DataView): boolean {
  const last = bytes.byteLength - 4;
  if (at + last + 4 > view.byteLength) return false;
  for (let i = 0; i < last; i += 4) if (view.getInt32(at + i) !== bytes.getInt32(i)) return false;
  return view.getInt32(at + last) === bytes.getInt32(last);
}
