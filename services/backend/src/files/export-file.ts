import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { EpochMicros } from '@tickwatch/core';
import type { RangeQuestion, StockKey, TickReader } from '@tickwatch/store';

export interface ExportOptions {
  /** Where to: a path whose end (`.csv`, `.ndjson`, `.gz` of either) tells the form; `-`: stdout. */
  readonly path: string;
  readonly format: 'csv' | 'ndjson';
  readonly gzip: boolean;
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

/**
 * Writes ticks, stock after stock and each in canonical order, in a form that the import reads.
 * @throws what the file system says
 */
export async function exportFile(reader: TickReader, options: ExportOptions): Promise<ExportStep> {
  const stocks = options.stocks ?? (await allStocks(reader, options.exchange));
  let step: ExportStep = { stock: '', rows: 0, bytes: 0, stocksDone: 0, stocks: stocks.length };
  const target = options.path === '-' ? process.stdout : createWriteStream(options.path);
  const source = async function* (): AsyncGenerator<Buffer> {
    for (const [i, stock] of stocks.entries()) {
      const question: RangeQuestion = { ...options, stock };
      const { value, summary } = await reader.prices(question, {
        order: 'asc',
        format: options.format,
        decimals: 'number',
        header: i === 0,
      });
      let { bytes } = step;
      for await (const chunk of Buffer.isBuffer(value) ? [value] : (value ?? [])) {
        bytes += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      step = { stock, rows: step.rows + (summary.row?.count ?? 0), bytes, stocksDone: i + 1, stocks: stocks.length };
      options.onStep?.(step);
    }
  };
  const bytes = Readable.from(source(), { objectMode: false });
  const way = options.gzip ? [bytes, createGzip(), target] : [bytes, target];
  // Whoever started this process owns its stdout.
  await pipeline(way, { end: target !== process.stdout });
  return step;
}

/** So many at once, so that any number of them needs little memory. */
const STOCKS_A_QUESTION = 10_000;

async function allStocks(reader: TickReader, exchange: string | undefined): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let after: StockKey | undefined; ; ) {
    const { value } = await reader.stocks({ exchange, after, limit: STOCKS_A_QUESTION });
    for (const { stock } of value) names.add(stock);
    after = value.at(-1);
    if (after === undefined) return [...names];
  }
}
