import type pg from 'pg';
import { PORTIONS_OF_DAY } from '../statements/seal-statements.ts';

interface Portion {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly from: number;
  readonly to: number;
  /** `undefined`: too many to list. */
  readonly stocks: ReadonlySet<string> | undefined;
}

interface PortionRow {
  readonly first_seq: string;
  readonly last_seq: string;
  readonly from_time: string;
  readonly to_time: string;
  readonly stocks: readonly string[] | null;
}

/**
 * Which portion of an import a tick came with, told by what `undoImport` finds its ticks by. A tick that is alone in its time
 * stamp needs no number of its own, but one that its import can be taken back by.
 */
export class ImportOrigins {
  /** In the order of their numbers, which no two share. */
  readonly #portions: readonly Portion[];

  constructor(portions: readonly Portion[]) {
    this.#portions = portions;
  }

  static async ofDay(client: pg.ClientBase, day: string): Promise<ImportOrigins> {
    const { rows } = await client.query<PortionRow>(PORTIONS_OF_DAY, [day]);
    return new ImportOrigins(
      rows.map((row) => ({
        firstSeq: Number(row.first_seq),
        lastSeq: Number(row.last_seq),
        from: Number(row.from_time),
        to: Number(row.to_time),
        stocks: row.stocks === null ? undefined : new Set(row.stocks),
      })),
    );
  }

  /** The first number of the tick's portion; 0: it came with none. */
  of(stock: string, time: number, seq: number): number {
    const portions = this.#portions;
    if (portions.length === 0) return 0;
    let low = 0;
    let high = portions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((portions[middle] as Portion).firstSeq <= seq) low = middle + 1;
      else high = middle;
    }
    const portion = portions[low - 1];
    if (portion === undefined || seq > portion.lastSeq || time < portion.from || time > portion.to) return 0;
    return portion.stocks === undefined || portion.stocks.has(stock) ? portion.firstSeq : 0;
  }
}
