import { bigintAt, POSTGRES_EPOCH_MICROS } from '../binary-values.ts';
import { CopiedRows } from './copied-rows.ts';
import type { NameTable } from './name-table.ts';

/** What takes ticks without their prices; of which stock and exchange is told by a number of a {@link NameTable}. */
export interface StampSink {
  add(key: number, time: number, seq: number): void;
}

/** Reads `COPY (SELECT stock_name, exchange_name, "timestamp", seq …) TO STDOUT (FORMAT binary)`, in any order. */
export class StampRows extends CopiedRows {
  readonly #names: NameTable;
  readonly #sink: StampSink;

  constructor(names: NameTable, sink: StampSink) {
    super();
    this.#names = names;
    this.#sink = sink;
  }

  protected override read(view: DataView, row: number, end: number): void {
    const { bytes, number } = this.#names.at(view, row);
    const timeAt = row + bytes.byteLength;
    if (timeAt + 20 !== end) throw new Error('COPY gave a row that is no time stamp');
    this.#sink.add(number, bigintAt(view, timeAt) + POSTGRES_EPOCH_MICROS, bigintAt(view, timeAt + 12));
  }
}
