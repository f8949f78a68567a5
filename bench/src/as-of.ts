/** What does the market as it stood at a moment cost? Pages of /api/asof and /api/board?time=, over many stocks and days. */
import { ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore } from '@tickwatch/store';
import { startPostgres } from '@tickwatch/test/servers';
import { type AsOfSize, makeHistory } from './as-of/make-history.ts';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { type BackendProcess, startBackendProcess } from './ranges/backend-process.ts';
import { percentiles } from './ranges/market.ts';

export interface AsOfOptions extends AsOfSize {
  /** Questions of each kind. */
  readonly questions: number;
}

/** Pages as they are asked for when nothing is said; the goal is for these. */
const DEFAULT_PATHS = ['/api/asof?', '/api/board?'] as const;
/** And larger ones, asked for a tenth as often. */
const LARGE_PATHS = [
  '/api/asof?limit=10000&',
  '/api/board?limit=5000&sparkline=none&',
  '/api/board?sort=change_percent&',
] as const;
const SETTINGS = { shared_buffers: '2GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };

export async function asOfBench(options: AsOfOptions, say: (text: string) => void): Promise<BenchTable> {
  const { stocks, days, questions } = options;
  await using opened = new ResourceStack();
  const { url } = opened.use(await startPostgres({ settings: SETTINGS }));
  const store = opened.use(createPostgresStore({ connectionString: url, applicationName: 'bench' }));
  await store.migrate();
  const moments = await makeHistory(url, store, options, say);
  const backend = opened.use(await startBackendProcess(url));
  const rows: BenchRow[] = [];
  for (const [where, moment] of Object.entries(moments)) {
    for (const path of DEFAULT_PATHS)
      rows.push(...(await measure(backend, path, where, moment, questions, { atMost: 50 })));
    for (const path of LARGE_PATHS)
      rows.push(...(await measure(backend, path, where, moment, Math.ceil(questions / 10))));
    say(
      rows
        .slice(-10)
        .map(({ question, value }) => `${question}: ${value.toFixed(1)} ms`)
        .join('\n  '),
    );
  }
  return {
    title: `As of a moment, ${stocks.toLocaleString('en-US')} stocks, ${days.toLocaleString('en-US')} days`,
    rows,
    notes: [
      'Each question is of another moment. In the sealed day minutes are dropped, so that a block of each stock is unpacked.',
    ],
  };
}

async function measure(
  backend: BackendProcess,
  path: string,
  where: string,
  moment: () => string,
  questions: number,
  goal?: BenchRow['goal'],
): Promise<readonly BenchRow[]> {
  for (let i = 0; i < Math.min(20, questions); i++) await backend.ask(`${path}time=${moment()}`);
  const times: number[] = [];
  for (let i = 0; i < questions; i++) times.push(await backend.ask(`${path}time=${moment()}`));
  const name = `${path.slice(0, -1)} at a moment ${where}`;
  const { p50, p99 } = percentiles(times);
  return [
    { question: `${name}, p50`, value: p50, unit: 'ms' },
    { question: `${name}, p99`, value: p99, unit: 'ms', ...(goal === undefined ? {} : { goal }) },
  ];
}
