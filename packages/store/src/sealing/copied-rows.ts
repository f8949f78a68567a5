import { COPY_END, COPY_HEADER_BYTES, viewOf } from '../binary-values.ts';
import { MESSAGE_HEAD_BYTES } from './copy-out.ts';

/** Reads what `CopyOut` gives of `COPY … TO STDOUT (FORMAT binary)`, row by row, without an object a row. */
export abstract class CopiedRows {
  #isBegun = false;
  #count = 0;

  /** Rows read so far. */
  get count(): number {
    return this.#count;
  }

  /** Reads the rows of some whole messages; pauses after each so many. */
  *write(messages: Buffer, rowsAPause: number): Iterable<void> {
    const view = viewOf(messages);
    for (let head = 0, rows = 1; head < view.byteLength; rows++) {
      const end = head + 1 + view.getInt32(head + 1);
      const row = head + MESSAGE_HEAD_BYTES + (this.#isBegun ? 0 : COPY_HEADER_BYTES);
      this.#isBegun = true;
      // The file's header may come with the first row, or alone.
      if (row < end && view.getUint16(row) !== COPY_END) {
        this.read(view, row, end);
        this.#count++;
      }
      head = end;
      if (rows % rowsAPause === 0) yield;
    }
  }

  protected abstract read(view: DataView, row: number, end: number): void;
}
