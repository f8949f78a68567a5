import type { ColumnFormat, EpochMicros } from '@tickwatch/core';
import type { AnswerHead, TickReader } from '@tickwatch/store';
import { kindOfSummaries, ofStock, writeTickColumns } from '../columns/column-writers.ts';
import { TooManyDigitsError } from '../columns/price-kind.ts';
import type { StockChunk } from '../columns/tick-batches.ts';
import { FileError } from './file-error.ts';

export interface Exported<F> {
  readonly stocks: readonly string[];
  readonly format: F;
  readonly decimals?: 'number' | 'string' | undefined;
  /** Of CSV: names that a spreadsheet would run get an apostrophe before them. */
  readonly csvSafe?: boolean | undefined;
  readonly exchange?: string | undefined;
  readonly start?: EpochMicros | undefined;
  readonly end?: EpochMicros | undefined;
}

/** A stock all of whose ticks were written. */
export interface ExportedStock {
  readonly stock: string;
  readonly head: AnswerHead;
  /** Of the file so far. */
  readonly bytes: number;
}

/** Ticks as text, stock after stock. */
export async function* exportText(
  reader: TickReader,
  { stocks, format, csvSafe: spreadsheetSafe = false, ...range }: Exported<'csv' | 'ndjson'>,
  onStock: (done: ExportedStock) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for (const [i, stock] of stocks.entries()) {
    const text = { order: 'asc', format, decimals: 'number', header: i === 0, spreadsheetSafe } as const;
    const { value, ...head } = await reader.prices({ ...range, stock }, text);
    for await (const chunk of Buffer.isBuffer(value) ? [value] : value) {
      bytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    onStock({ stock, head, bytes });
  }
}

/** Ticks as columns, stock after stock. @throws FileError their prices have too many digits for one column of decimals */
export async function exportColumns(
  reader: TickReader,
  { stocks, format, decimals = 'number', ...range }: Exported<ColumnFormat>,
  onStock: (done: ExportedStock) => void,
): Promise<AsyncIterable<Uint8Array>> {
  const rows = [];
  for (const stock of stocks) rows.push((await reader.summary({ ...range, stock })).value.row);
  let bytes = 0;
  const ticks = async function* (): AsyncGenerator<StockChunk> {
    for (const stock of stocks) {
      const { chunks, ...head } = await reader.ticks({ ...range, stock }, { order: 'asc' });
      yield* ofStock(stock, chunks);
      onStock({ stock, head, bytes });
    }
  };
  const pieces = writeTickColumns(format, ticks(), kindOf(rows, decimals), stocks.length);
  return (async function* () {
    for await (const piece of pieces) {
      bytes += piece.length;
      yield piece;
    }
  })();
}

function kindOf(...[rows, decimals]: Parameters<typeof kindOfSummaries>) {
  try {
    return kindOfSummaries(rows, decimals);
  } catch (error) {
    if (!(error instanceof TooManyDigitsError)) throw error;
    throw new FileError(`${error.message}: take --decimals string, or write a .csv or .ndjson file`);
  }
}
