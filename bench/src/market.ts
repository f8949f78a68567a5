/** How fast do the ticks of all stocks come in the order of arrival, and how soon after a seek? Rows and sealed days, without HTTP. */
import type { EpochMicros } from '@tickwatch/core';
import { createPostgresReader, createPostgresStore, type TickReader } from '@tickwatch/store';
import { startPostgres } from '@tickwatch/test/servers';
import pg from 'pg';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { percentiles } from './ranges/market.ts';

export interface MarketOptions {
  readonly ticksPerSecond: number;
  readonly seconds: number;
  readonly stocks: number;
  readonly seeks: number;
}

type Say = (text: string) => void;

export const MARKET_DAY = '2026-03-02';
/** In µs. */
export const MARKET_BEGIN = Date.parse(`${MARKET_DAY}T14:30:00Z`) * 1000;
const POSTGRES_SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' };
/** V8 has compiled what runs; the best of the others counts. */
const TURNS = 4;

export async function marketBench(options: MarketOptions, say: Say): Promise<BenchTable> {
  await using server = await startPostgres({ settings: POSTGRES_SETTINGS });
  await using store = createPostgresStore({ connectionString: server.url, applicationName: 'bench' });
  await store.migrate();
  await store.ensurePartitions([MARKET_DAY]);
  await fillMarket(server.url, options);
  say('filled');
  const rows: BenchRow[] = [];
  {
    await using reader = open(server.url);
    rows.push(...(await measure(reader, 'rows', options, say)));
  }
  const sealed = await store.sealDay(MARKET_DAY);
  if (sealed.state !== 'sealed') throw new Error(`${MARKET_DAY} is not sealed: ${sealed.why}`);
  await vacuum(server.url);
  {
    await using reader = open(server.url);
    rows.push(...(await measure(reader, 'a sealed day', options, say)));
  }
  const { ticksPerSecond, seconds, stocks } = options;
  return {
    title: `The market's ticks, ${seconds} s of ${ticksPerSecond.toLocaleString('en-US')} ticks/s of ${stocks.toLocaleString('en-US')} stocks`,
    rows,
    notes: [
      'Of the reader alone, one at a time. A seek is a question for all from a random moment, up to its first ticks.',
    ],
  };
}

async function measure(reader: TickReader, where: string, options: MarketOptions, say: Say): Promise<BenchRow[]> {
  const { ticksPerSecond, seconds, seeks } = options;
  const until = MARKET_BEGIN + seconds * 1e6;
  const ticks = ticksPerSecond * seconds;
  const rates: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const started = performance.now();
    const { chunks } = await reader.market({ from: MARKET_BEGIN as EpochMicros, until });
    let count = 0;
    for await (const chunk of chunks) count += chunk.count;
    if (count !== ticks) throw new Error(`${count} of ${ticks} ticks came`);
    rates.push(count / ((performance.now() - started) / 1000));
  }
  const times: number[] = [];
  for (let i = 0; i < seeks; i++) {
    const from = (MARKET_BEGIN + Math.floor(Math.random() * (seconds - 1) * 1e6)) as EpochMicros;
    const started = performance.now();
    const { chunks } = await reader.market({ from, until });
    for await (const chunk of chunks) {
      if (chunk.count > 0) break;
    }
    times.push(performance.now() - started);
  }
  const { p50, p99 } = percentiles(times);
  say(
    `${where}: ${rates.map((rate) => Math.round(rate / 1000)).join(', ')} k ticks/s; seek ${p50.toFixed(0)}, ${p99.toFixed(0)} ms`,
  );
  return [
    { question: `${where}: all ticks`, value: Math.max(...rates), unit: 'ticks/s', goal: { atLeast: 500_000 } },
    { question: `${where}: a seek, p50`, value: p50, unit: 'ms' },
    { question: `${where}: a seek, p99`, value: p99, unit: 'ms', goal: { atMost: 200 } },
  ];
}

function open(databaseUrl: string): TickReader {
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: 1, queue: 1, waitMs: 60_000 },
      exports: { permits: 1, queue: 1, waitMs: 60_000 },
    },
    export: { timeoutMs: 60_000, stallMs: 60_000, smallRows: 500 },
    connectTimeoutMs: 5000,
    statementTimeoutMs: 60_000,
    tails: [],
    tailTimeoutMs: 1000,
    tailRestMs: 100,
  });
}

/** As flushes write them, ten a second: by stock, and each stock newest first. One tick in fifty is late, by up to a second. */
export async function fillMarket(
  databaseUrl: string,
  { ticksPerSecond, seconds, stocks }: Omit<MarketOptions, 'seeks'>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`BEGIN; SET LOCAL tickwatch.rollups = 'caller'`);
  await client.query(
    `INSERT INTO day_prices (timestamp, stock_name, exchange_name, price, seq)
     SELECT $1::timestamptz + (n * 1000000.0 / $2 - CASE WHEN n % 50 = 0 AND n > $2 THEN random() * 1000000 ELSE 0 END)::bigint * interval '1 microsecond',
       'STOCK' || stock, CASE stock % 2 WHEN 0 THEN 'NASDAQ' ELSE 'NYSE' END, round((100 + random() * 100)::numeric, 2), $3::bigint + n
       FROM (SELECT n, (hashint4(n) & 2147483647) % $4 AS stock FROM generate_series(0, $5::int - 1) AS n) AS made
      ORDER BY n / greatest(1, $2 / 10), stock, n DESC`,
    [new Date(MARKET_BEGIN / 1000), ticksPerSecond, MARKET_BEGIN, stocks, ticksPerSecond * seconds],
  );
  await client.query('COMMIT');
  await client.end();
  await vacuum(databaseUrl);
}

async function vacuum(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}
