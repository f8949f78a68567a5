import type pg from 'pg';
import { COPY_END, COPY_HEADER_BYTES } from '../binary-values.ts';

/** The one message that a copy ends with, if it is no row. */
const END_BYTES = 2;

/**
 * `COPY … TO STDOUT (FORMAT binary)` for `client.query`: bytes come as bytes, where a SELECT gives them as text of twice the
 * size. Takes all rows as they come, so they have to be few.
 * Source: PostgreSQL's documentation of COPY (Binary Format) and its protocol (COPY Operations: a message a row).
 */
export class BinaryCopy implements pg.Submittable {
  /** pg's: ends the timer of the query. */
  callback?: () => void;
  /** pg's, ms. */
  readonly query_timeout: number;
  readonly #text: string;
  #rows: Buffer[] = [];
  #count = 0;
  #isBegun = false;
  #isOver = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(text: string, timeoutMs: number) {
    this.#text = text;
    this.query_timeout = timeoutMs;
  }

  /** Rows that came so far. */
  get count(): number {
    return this.#count;
  }

  /** What has come since the last call, which is waited for; none: that was all. One caller at a time. */
  async take(): Promise<readonly Buffer[]> {
    while (this.#rows.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const row = this.#isBegun ? chunk : chunk.subarray(COPY_HEADER_BYTES);
    this.#isBegun = true;
    // The header may come alone.
    if (row.length < END_BYTES || row.readUInt16BE(0) === COPY_END) return;
    this.#count++;
    // A copy: pg writes over what it gave.
    this.#rows.push(Buffer.from(row));
    this.#wake();
  }

  handleCommandComplete(): void {
    this.#end();
  }

  handleReadyForQuery(): void {}

  handleError(error: Error): void {
    this.#error ??= error;
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.callback?.();
    this.#wake();
  }
}
