import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { COLUMN_FORMATS, type EpochMicros, isColumnFormat, nearNames } from '@tickwatch/core';
import { ofSingleTicks, type StockKey, type TickReader } from '@tickwatch/store';
import { type ExportedStock, exportColumns, exportText } from './export-forms.ts';
import { ExportHoles } from './export-holes.ts';
import { exportTarget } from './export-target.ts';
import { FileError } from './file-error.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson', ...COLUMN_FORMATS] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** Where to; `-`: stdout. */
  readonly path: string;
  readonly format: ExportFormat;
  readonly gzip: boolean;
  /** How a file of columns has prices: as decimals of one scale (default), or as texts with the digits that were written. */
  readonly decimals?: 'number' | 'string' | undefined;
  /** Of CSV: names that a spreadsheet would run get an apostrophe before them. */
  readonly csvSafe?: boolean | undefined;
  /** Default: all. */
  readonly stocks?: readonly string[] | undefined;
  readonly exchange?: string | undefined;
  readonly start?: EpochMicros | undefined;
  readonly end?: EpochMicros | undefined;
  readonly onStep?: (step: ExportStep) => void;
}

export interface ExportStep {
  readonly stock: string;
  readonly rows: number;
  readonly bytes: number;
  readonly stocksDone: number;
  readonly stocks: number;
}

export interface ExportReport extends ExportStep {
  /** What the stocks lack. */
  readonly missing: ExportHoles;
}

/**
 * Writes ticks, stock after stock and each in canonical order, in a form that the import reads.
 * @throws FileError a stock or an exchange is not known; what the file system says
 */
export async function exportFile(reader: TickReader, options: ExportOptions): Promise<ExportReport> {
  const stocks = await stocksOf(reader, options);
  let step: ExportStep = { stock: '', rows: 0, bytes: 0, stocksDone: 0, stocks: stocks.length };
  const missing = new ExportHoles();
  const { format } = options;
  const exported = { ...options, stocks };
  const onStock = ({ stock, head, bytes }: ExportedStock): void => {
    const { reach, summary } = head;
    missing.add(ofSingleTicks(summary.missing, reach, { ...options, stock }));
    const rows = step.rows + (summary.row?.count ?? 0);
    step = { stock, rows, bytes, stocksDone: step.stocksDone + 1, stocks: stocks.length };
    options.onStep?.(step);
  };
  const source = isColumnFormat(format)
    ? await exportColumns(reader, { ...exported, format }, onStock)
    : exportText(reader, { ...exported, format }, onStock);
  const target = await exportTarget(options.path);
  const bytes = Readable.from(source, { objectMode: false });
  const way = options.gzip ? [bytes, createGzip(), target.stream] : [bytes, target.stream];
  try {
    // Whoever started this process owns its stdout.
    await pipeline(way, { end: target.stream !== process.stdout });
  } catch (error) {
    await target.giveUp();
    throw error;
  }
  await target.finish();
  return { ...step, missing };
}

/** @throws FileError one that was asked for is not there */
async function stocksOf(reader: TickReader, { stocks, exchange }: ExportOptions): Promise<readonly string[]> {
  if (stocks === undefined) {
    const all = await allStocks(reader, exchange);
    if (all.length === 0 && exchange !== undefined) throw await unknownExchange(reader, exchange);
    return [...new Set(all.map(({ stock }) => stock))];
  }
  for (const stock of stocks) {
    const { value } = await reader.summary({ stock, exchange });
    if ((value.row?.count ?? 0) === 0) throw await unknownStock(reader, stock, exchange);
  }
  return stocks;
}

async function unknownExchange(reader: TickReader, exchange: string): Promise<FileError> {
  const all = [...new Set((await allStocks(reader)).map((one) => one.exchange))];
  const near = nearNames(exchange, all);
  return unknown('exchange', exchange, near.length > 0 ? near : all.slice(0, 10));
}

async function unknownStock(reader: TickReader, stock: string, exchange: string | undefined): Promise<FileError> {
  const all = await allStocks(reader);
  if (exchange !== undefined && !all.some((one) => one.exchange === exchange)) {
    return unknownExchange(reader, exchange);
  }
  const elsewhere = all.filter((one) => one.stock === stock).map((one) => `${stock} on ${one.exchange}`);
  const there = all.filter((one) => exchange === undefined || one.exchange === exchange);
  const near = nearNames(stock, [...new Set(there.map((one) => one.stock))]);
  return unknown('stock', stock, elsewhere.length > 0 ? elsewhere : near);
}

function unknown(what: string, name: string, instead: readonly string[]): FileError {
  const hint = instead.length === 0 ? '' : `; there is ${instead.join(', ')}`;
  return new FileError(`there is no tick of ${what} ${JSON.stringify(name)}${hint}`);
}

/** So many at once, so that any number of them needs little memory. */
const STOCKS_A_QUESTION = 10_000;

async function allStocks(reader: TickReader, exchange?: string): Promise<readonly StockKey[]> {
  const all: StockKey[] = [];
  for (let after: StockKey | undefined; ; ) {
    const { value } = await reader.stocks({ exchange, after, limit: STOCKS_A_QUESTION });
    for (const { stock, exchange } of value) all.push({ stock, exchange });
    after = value.at(-1);
    if (after === undefined) return all;
  }
}
