/** Does an answer cost more with the years, or with ticks that came late? One stock, thousands of days, few ticks a day. */
import { createPostgresReader, createPostgresStore, type TickReader } from '@tickwatch/store';
import { startPostgres } from '@tickwatch/test/servers';
import pg from 'pg';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { lateTail } from './ranges/late-tail.ts';
import { percentiles } from './ranges/market.ts';

export interface HistoryOptions {
  readonly days: number;
  /** Minutes of the past with ticks that are not committed. */
  readonly lateMinutes: readonly number[];
  readonly questions: number;
}

const STOCK = 'LONG';
const FIRST_DAY = '2016-01-01';
const FIRST = Date.parse(FIRST_DAY) * 1000;
const DAY = 86_400e6;
const TICKS_A_DAY = 96;
/** A wider range is compared with this one. */
const SHORT_DAYS = 60;

export async function historyBench(options: HistoryOptions, say: (text: string) => void): Promise<BenchTable> {
  const { days, lateMinutes, questions } = options;
  await using server = await startPostgres({
    settings: { shared_buffers: '1GB', max_wal_size: '4GB', max_locks_per_transaction: '512' },
  });
  await fill(server.url, days, say);
  const rows: BenchRow[] = [];
  await using reader = open(server.url, 0, days);
  for (const [name, ask] of Object.entries(kinds(reader))) {
    const [short, long] = [await median(questions, () => ask(SHORT_DAYS)), await median(questions, () => ask(days))];
    const beside = { name: `${SHORT_DAYS} days`, value: short };
    const question = `${name}, ${days.toLocaleString('en-US')} days, p50`;
    rows.push({ question, value: long, unit: 'ms', beside, goal: { atMost: 3 } });
    say(`${name}: ${short.toFixed(2)} ms, ${long.toFixed(2)} ms`);
  }
  let before: BenchRow['beside'];
  for (const late of lateMinutes) {
    await using tailed = open(server.url, late, days);
    const cost = (await median(Math.min(questions, 20), () => tailed.summary({ stock: STOCK }))) / late;
    const question = `average with ${late.toLocaleString('en-US')} late minutes, a late minute`;
    rows.push({
      question,
      value: cost,
      unit: 'ms',
      ...(before === undefined ? {} : { beside: before, goal: { atMost: 3 } }),
    });
    before = { name: `with ${late.toLocaleString('en-US')}`, value: cost };
    say(`${question}: ${cost.toFixed(3)} ms`);
  }
  return {
    title: `History, ${days.toLocaleString('en-US')} days`,
    rows,
    notes: [
      'Times are of the reader alone, without HTTP. An average over all days reads one row a day; late minutes lie anywhere in them.',
    ],
  };
}

function kinds(reader: TickReader): Record<string, (days: number) => Promise<unknown>> {
  const anywhere = (days: number) => FIRST + Math.floor(Math.random() * days * DAY);
  const asked = (days: number) => ({ stock: STOCK, start: (FIRST + 1) as never, end: (FIRST + days * DAY) as never });
  return {
    average: (days) => reader.summary(asked(days)),
    'as of a moment': (days) => reader.asOf({ stock: STOCK, time: anywhere(days) as never }),
    'as of a moment on a silent exchange': () =>
      reader.asOf({ stock: STOCK, exchange: 'SILENT', time: Number.MAX_SAFE_INTEGER as never }),
  };
}

function open(databaseUrl: string, late: number, days: number): TickReader {
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: 1, queue: 1, waitMs: 60_000 },
      exports: { permits: 1, queue: 1, waitMs: 60_000 },
    },
    export: { timeoutMs: 60_000, stallMs: 60_000, smallRows: 500 },
    connectTimeoutMs: 5000,
    statementTimeoutMs: 120_000,
    tails: late === 0 ? [] : [lateTail(STOCK, late, FIRST, FIRST + days * DAY)],
    tailTimeoutMs: 60_000,
    tailRestMs: 100,
  });
}

async function median(questions: number, ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < questions + 5; i++) {
    const started = performance.now();
    await ask();
    if (i >= 5) times.push(performance.now() - started);
  }
  return percentiles(times).p50;
}

async function fill(databaseUrl: string, days: number, say: (text: string) => void): Promise<void> {
  await using store = createPostgresStore({ connectionString: databaseUrl, applicationName: 'bench' });
  await store.migrate();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (let day = 0; day < days; day++) {
    await client.query('SELECT create_day_partition($1::date + $2::int)', [FIRST_DAY, day]);
  }
  const insert = `INSERT INTO day_prices (timestamp, stock_name, exchange_name, price, seq)
    SELECT $1::timestamptz + n * interval '1 day' / ${TICKS_A_DAY}, '${STOCK}', $2, 100 + n % 50, n FROM generate_series(0, $3::int) n`;
  await client.query(insert, [FIRST_DAY, 'NASDAQ', days * TICKS_A_DAY - 1]);
  await client.query(insert, [FIRST_DAY, 'SILENT', 10]);
  await client.query('VACUUM ANALYZE');
  await client.end();
  say(`${(days * TICKS_A_DAY).toLocaleString('en-US')} ticks made`);
}
