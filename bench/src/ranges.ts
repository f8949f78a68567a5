/** Does a year cost as much as an hour? Averages, candles and prices over 60 days, beside plain SQL in the same run. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { BenchRow, BenchTable } from './bench-table.ts';
import type { BackendProcess } from './ranges/backend-process.ts';
import { boardCost } from './ranges/board-cost.ts';
import { BIG_STOCK, FIRST_DAY, type MarketSize } from './ranges/make-ticks.ts';
import { openMarket, percentiles } from './ranges/market.ts';
import { rollupCost } from './ranges/rollup-cost.ts';

export interface RangesOptions extends MarketSize {
  /** Questions of each kind. */
  readonly questions: number;
}

const HOUR = 3_600_000;
/** Asked before anything is timed: V8 compiles what runs often only after a thousand or two of them. */
const WARM_UP_QUESTIONS = 2000;

export async function rangesBench(options: RangesOptions, say: (text: string) => void): Promise<BenchTable> {
  await using market = await openMarket(options, say);
  const { url, store, backend } = market;
  const rows = [
    ...(await averages(backend, url, options, say)),
    ...(await candles(backend, options, say)),
    ...(await prices(backend, url, say)),
    await rollups(url, store, options),
    ...(await boardCost(url, backend, { days: options.days * BOARD_DAYS, questions: options.questions }, say)),
  ];
  const { ticks, stocks, days } = options;
  return {
    title: `Ranges, ${ticks.toLocaleString('en-US')} ticks of ${stocks} stocks in ${days} days`,
    rows,
    notes: [
      `Times are of whole HTTP answers of a backend that runs for a while. A quarter of the ticks belong to one stock, which is the one that is asked for.`,
    ],
  };
}

/** The board's history is longer by so much than that of the ticks: it needs no ticks. */
const BOARD_DAYS = 5;

type Say = (text: string) => void;

async function averages(backend: BackendProcess, url: string, options: RangesOptions, say: Say): Promise<BenchRow[]> {
  const spans = { 'an hour': HOUR, 'a day': 24 * HOUR, [`${options.days} days`]: options.days * 24 * HOUR };
  for (let i = 0; i < WARM_UP_QUESTIONS; i++) await backend.ask(averagePath(randomRange(options.days, 24 * HOUR)));
  let whole = 0;
  const rows: BenchRow[] = [];
  let hour = 0;
  for (const [name, span] of Object.entries(spans)) {
    const times: number[] = [];
    for (let i = 0; i < options.questions; i++) {
      times.push(await backend.ask(averagePath(randomRange(options.days, span))));
    }
    const sorted = percentiles(times);
    whole = sorted.p50;
    if (hour === 0) hour = sorted.p99;
    rows.push({ question: `average over ${name}, p50`, value: sorted.p50, unit: 'ms' });
    rows.push({
      question: `average over ${name}, p99`,
      value: sorted.p99,
      unit: 'ms',
      ...(span === HOUR ? {} : { beside: { name: 'an hour', value: hour }, goal: { atMost: 3 } }),
    });
    say(`average over ${name}: p99 ${sorted.p99.toFixed(1)} ms`);
  }
  const beside = { name: 'our median', value: whole };
  const scan = `plain avg() over ${options.days} days`;
  const [parallel, alone] = [await plainAverage(url, options.days, 2), await plainAverage(url, options.days, 0)];
  rows.push({ question: `${scan}, on both cores`, value: parallel, unit: 'ms', beside, goal: { atLeast: 500 } });
  rows.push({ question: `${scan}, on one core as ours`, value: alone, unit: 'ms', beside });
  return rows;
}

function averagePath({ start, end }: { readonly start: number; readonly end: number }): string {
  return `/api/average/${BIG_STOCK}?start_time=${start}&end_time=${end}`;
}

/** A range whose ends fall anywhere, also within minutes; ms since the epoch. */
function randomRange(days: number, span: number): { start: number; end: number } {
  const first = Date.parse(FIRST_DAY);
  const slack = days * 24 * HOUR - span;
  const start = first + Math.floor(slack > 0 ? Math.random() * slack : Math.random() * HOUR);
  return { start, end: start + span - (slack > 0 ? 0 : HOUR) };
}

/** Median of five, in ms. @param workers processes that PostgreSQL may use beside the one that asks */
async function plainAverage(url: string, days: number, workers: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`SET max_parallel_workers_per_gather = ${workers}`);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { start, end } = randomRange(days, days * 24 * HOUR);
    const started = performance.now();
    await client.query(
      'SELECT avg(price), count(*) FROM day_prices WHERE stock_name = $1 AND timestamp BETWEEN $2 AND $3',
      [BIG_STOCK, new Date(start), new Date(end)],
    );
    times.push(performance.now() - started);
  }
  await client.end();
  return percentiles(times).p50;
}

async function candles(backend: BackendProcess, { questions }: RangesOptions, say: Say): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const query of ['interval=1d', 'interval=1h', 'interval=1d&timezone=America/New_York']) {
    const times: number[] = [];
    for (let i = 0; i < questions; i++) times.push(await backend.ask(`/api/candles/${BIG_STOCK}?${query}`));
    const { p50, p99 } = percentiles(times);
    say(`candles ${query}: p99 ${p99.toFixed(1)} ms`);
    rows.push({ question: `candles ${query}, p50`, value: p50, unit: 'ms' });
    rows.push({ question: `candles ${query}, p99`, value: p99, unit: 'ms', goal: { atMost: 50 } });
  }
  const times: number[] = [];
  for (let i = 0; i < questions; i++) times.push(await backend.ask(`/api/prices/${BIG_STOCK}?points=1000`));
  rows.push({ question: 'points=1000 over everything, p99', value: percentiles(times).p99, unit: 'ms' });
  return rows;
}

async function prices(backend: BackendProcess, url: string, say: Say): Promise<BenchRow[]> {
  const path = `/api/prices/${BIG_STOCK}`;
  const count = await countOf(url);
  await backend.drain(path);
  const before = backend.memory();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, backend.memory());
  }, 50);
  const ours = await backend.drain(path);
  clearInterval(watch);
  const theirs = await psqlCopy(url);
  const again = await backend.drain(path);
  const seconds = Math.min(ours.seconds, again.seconds);
  say(`prices: ${seconds.toFixed(1)} s; psql \\copy: ${theirs.toFixed(1)} s`);
  return [
    {
      question: `prices, all ${count.toLocaleString('en-US')} of a stock`,
      value: count / seconds,
      unit: 'rows/s',
      beside: { name: 'psql \\copy', value: count / theirs },
      goal: { atLeast: 0.6 },
    },
    {
      question: 'prices, first byte',
      value: Math.min(ours.firstByteMs, again.firstByteMs),
      unit: 'ms',
      goal: { atMost: 30 },
    },
    {
      question: 'prices, growth of memory meanwhile',
      value: (peak - before) / 2 ** 20,
      unit: 'MiB',
      goal: { atMost: 60 },
    },
  ];
}

async function countOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    `SELECT sum(count) AS count FROM price_rollups WHERE stock_name = $1 AND width = 'day'`,
    [BIG_STOCK],
  );
  await client.end();
  return Number(rows[0]?.count);
}

/** Best of two, in seconds. */
async function psqlCopy(url: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const started = performance.now();
    const copy = `\\copy (SELECT timestamp, price, exchange_name FROM day_prices WHERE stock_name = '${BIG_STOCK}') TO /dev/null`;
    await promisify(execFile)('psql', ['-X', '-c', copy, url]);
    times.push((performance.now() - started) / 1000);
  }
  return Math.min(...times);
}

async function rollups(
  url: string,
  store: Parameters<typeof rollupCost>[1],
  options: RangesOptions,
): Promise<BenchRow> {
  const { withRollups, without } = await rollupCost(url, store, Math.min(20, options.questions));
  return {
    question: 'a flush of 50,000 ticks with its rollups',
    value: withRollups,
    unit: 's',
    beside: { name: 'without', value: without },
    goal: { atMost: 1.25 },
  };
}
