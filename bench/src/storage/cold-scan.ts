import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { PostgresServer } from '@tickwatch/test/servers';
import type { BenchRow } from '../bench-table.ts';
import { startProgram, stopProgram } from '../pipeline/child.ts';
import type { DuckDb, TimedScan } from './duckdb.ts';
import { median } from './exports.ts';

export interface ScanParts {
  readonly server: PostgresServer;
  /** Of the database whose days are sealed. */
  readonly sealedUrl: string;
  readonly duckDb: DuckDb;
  readonly parquet: string;
  readonly stocks: readonly string[];
}

/** Scans of another stock before: V8 has compiled what runs, both have read their catalogs. */
const WARM_UP_SCANS = 10;
const MEASURED_STOCKS = 5;

/** Gives the system's copies of files back, without the rights that all of its cache would need. */
const FORGET_FILES = `sync; find "$@" -type f -exec dd if={} iflag=nocache count=0 status=none \\;`;

/** All raw ticks of a stock, unpacked and added up, where neither PostgreSQL nor the system has them in memory. */
export async function coldScanRow(parts: ScanParts): Promise<BenchRow> {
  const { server, sealedUrl, duckDb, parquet, stocks } = parts;
  const [ours, theirs]: [number[], number[]] = [[], []];
  const [warmUp = '', ...measured] = stocks.slice(0, 1 + MEASURED_STOCKS);
  for (const stock of measured) {
    await server.stop();
    await promisify(execFile)('bash', ['-c', FORGET_FILES, 'forget', server.dataFolder, parquet]);
    await server.restart();
    await using reader = startReader(sealedUrl);
    for (let i = 0; i < WARM_UP_SCANS; i++) {
      await reader.scan(warmUp);
      await duckDb.scan(parquet, warmUp);
    }
    const [our, their] = [await reader.scan(stock), await duckDb.scan(parquet, stock)];
    checkSame(stock, our, their);
    ours.push(our.seconds * 1000);
    theirs.push(their.seconds * 1000);
  }
  return {
    question: 'cold scan of all ticks of a stock, added up',
    value: median(ours),
    unit: 'ms',
    beside: { name: 'DuckDB on its Parquet', value: median(theirs) },
    goal: { atMost: 1.5 },
  };
}

function checkSame(stock: string, ours: TimedScan, theirs: TimedScan): void {
  const text = ({ count, prices, times }: TimedScan): string => `${count} ticks, prices ${prices}, times ${times}`;
  if (text(ours) === text(theirs)) return;
  throw new Error(`${stock} adds up to ${text(ours)} where it is sealed, and to ${text(theirs)} in Parquet`);
}

function startReader(databaseUrl: string): AsyncDisposable & { scan(stock: string): Promise<TimedScan> } {
  const child = startProgram('bench/src/storage/scan-process.ts', [databaseUrl], { stdin: 'pipe' });
  if (child.stdout === null || child.stdin === null) throw new Error('the reader has no pipes');
  const { stdin } = child;
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async scan(stock) {
      stdin.write(`${stock}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the reader ended; what it says is above');
      return JSON.parse(value) as TimedScan;
    },
    [Symbol.asyncDispose]: () => stopProgram(child),
  };
}
