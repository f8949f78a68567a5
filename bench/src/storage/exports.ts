import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BenchRow } from '../bench-table.ts';
import type { BackendProcess } from '../ranges/backend-process.ts';

export interface ExportParts {
  /** What has the same ticks unsealed, and its URL. */
  readonly unsealedUrl: string;
  readonly sealed: BackendProcess;
  readonly stocks: readonly string[];
}

const TURNS = 9;
/** V8 compiles what runs often. */
const WARM_UP_TICKS = 2_000_000;

/** Rows a second of a stock's ticks as text, whole, beside `psql \copy` of the same rows unsealed; in turns. */
export async function exportRows({ unsealedUrl, sealed, stocks }: ExportParts): Promise<readonly BenchRow[]> {
  const paths = { CSV: 'format=csv', JSON: 'format=json' } as const;
  const rates: Record<'CSV' | 'JSON' | 'psql', number[]> = { CSV: [], JSON: [], psql: [] };
  const [first = ''] = stocks;
  const { rows: ofFirst } = await psqlCopy(unsealedUrl, first);
  for (let ticks = 0; ticks < WARM_UP_TICKS; ticks += ofFirst) {
    for (const query of Object.values(paths)) await sealed.drain(`/api/prices/${first}?${query}`);
  }
  for (let turn = 0; turn < TURNS; turn++) {
    const stock = stocks[turn % stocks.length] ?? '';
    const { rows, seconds } = await psqlCopy(unsealedUrl, stock);
    rates.psql.push(rows / seconds);
    for (const [name, query] of Object.entries(paths) as [keyof typeof paths, string][]) {
      rates[name].push(rows / (await sealed.drain(`/api/prices/${stock}?${query}`)).seconds);
    }
  }
  const beside = { name: 'psql \\copy, unsealed', value: median(rates.psql) };
  const row = { unit: 'rows/s', beside };
  return [
    { question: 'sealed ticks of a stock over HTTP, CSV', value: median(rates.CSV), ...row, goal: { atLeast: 5 } },
    { question: 'sealed ticks of a stock over HTTP, JSON', value: median(rates.JSON), ...row, goal: { atLeast: 1.5 } },
  ];
}

async function psqlCopy(url: string, stock: string): Promise<{ readonly rows: number; readonly seconds: number }> {
  const started = performance.now();
  const copy = `\\copy (SELECT timestamp, price, exchange_name FROM day_prices WHERE stock_name = '${stock}') TO /dev/null`;
  const { stdout } = await promisify(execFile)('psql', ['-X', '-c', copy, url]);
  return { rows: Number(/^COPY (\d+)/.exec(stdout)?.[1]), seconds: (performance.now() - started) / 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
