import { priceColumn } from '../../sealed/scaled-prices.ts';
import type { TickChunk } from '../../sealed/tick-columns.ts';
import { unescapeCopy } from '../copy-rows.ts';

const NEWLINE = 10;
const POINT = 46;
const SECONDS_LENGTH = 19;

/** Turns rows as COPY writes them (see {@link CopyRows}) into columns. */
export class CopyColumns {
  /** An unfinished row at the end of the last chunk. */
  #rest: Buffer = Buffer.alloc(0);
  #second = '';
  #secondMicros = 0;
  /** As COPY wrote it, and what it means; it seldom changes. */
  #exchange: readonly [written: string, name: string] = ['', ''];

  /** The rows that end in this chunk. */
  read(bytes: Buffer): TickChunk {
    const input = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = input.lastIndexOf(NEWLINE) + 1;
    this.#rest = Buffer.from(input.subarray(end));
    const rows = end === 0 ? [] : input.toString('utf8', 0, end - 1).split('\n');
    const times = new Float64Array(rows.length);
    const prices: string[] = [];
    const exchanges: string[] = [];
    for (const [i, row] of rows.entries()) {
      const afterTime = row.indexOf('\t');
      const afterPrice = row.indexOf('\t', afterTime + 1);
      times[i] = this.#timeOf(row, afterTime);
      prices.push(row.slice(afterTime + 1, afterPrice));
      exchanges.push(this.#exchangeOf(row.slice(afterPrice + 1)));
    }
    const [first = ''] = exchanges;
    const exchange = exchanges.every((name) => name === first) ? first : exchanges;
    return { count: rows.length, times, prices: priceColumn(prices), exchange };
  }

  #timeOf(row: string, end: number): number {
    const second = row.slice(0, SECONDS_LENGTH);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondMicros = Date.parse(`${second.replace(' ', 'T')}Z`) * 1000;
    }
    if (row.charCodeAt(SECONDS_LENGTH) !== POINT) return this.#secondMicros;
    // `.5+00`: its zeros at the end are not written, nor is more than the hours of the zone, which is UTC.
    return this.#secondMicros + Number(row.slice(SECONDS_LENGTH + 1, end - 3).padEnd(6, '0'));
  }

  #exchangeOf(written: string): string {
    if (written !== this.#exchange[0]) this.#exchange = [written, unescapeCopy(written)];
    return this.#exchange[1];
  }
}
