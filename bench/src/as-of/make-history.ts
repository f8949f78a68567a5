import type { PostgresStore } from '@tickwatch/store';
import pg from 'pg';
import { encodeBlocks } from '../../../packages/store/src/sealed/encode-blocks.ts';
import { insertBlocks } from '../../../packages/store/src/sealed/insert-blocks.ts';
import { priceColumn } from '../../../packages/store/src/sealed/scaled-prices.ts';
import type { SealedBlock } from '../../../packages/store/src/sealed/sealed-block.ts';

export interface AsOfSize {
  readonly stocks: number;
  readonly days: number;
  /** A stock has ticks in each so many-th of these days. */
  readonly everyDays: number;
}

const FIRST_DAY = '2023-01-01';
const DAY = 86_400_000;
const MINUTE = 60_000;
/** Hours (UTC) of trading. */
const HOURS = { from: 13, until: 20 };
const TICKS_OF_SEALED = 400;
/** So many minutes of the last day have single ticks, from 15:00 on. */
const OPEN_MINUTES = 5;
const BLOCKS_AT_ONCE = 50;

/** A rollup's figures behind its bucket, of bucket `b` and stock `s`. */
const FIGURES = (width: string): string =>
  `50, 5000.5, 100, 110 + s % 7, 90.25, 100 + (s % 13) * 0.25, b + interval '12 s', b + interval '20 s', b + interval '25 s',
   b + ${width} - interval '9 s', 0, 1, 2`;
const NAME = `'A' || lpad(s::text, 6, '0')`;

/**
 * Fills a database with days of many stocks, written as rollups alone; with a sealed day in their middle, whose minutes are
 * dropped; and with minutes of single ticks in the last one. Gives moments to ask for, by where they lie.
 */
export async function makeHistory(
  url: string,
  store: PostgresStore,
  size: AsOfSize,
  say: (text: string) => void,
): Promise<Readonly<Record<string, () => string>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const dayOf = (index: number): string => new Date(Date.parse(FIRST_DAY) + index * DAY).toISOString().slice(0, 10);
  const middle = Math.floor(size.days / 2 / size.everyDays) * size.everyDays;
  const [sealed, last] = [dayOf(middle), dayOf(size.days)];
  await addDays(client, size, sealed);
  say('days are made');
  await addSealed(client, size, sealed);
  say('the sealed day is made');
  await addOpen(client, store, size, last);
  await addTotals(client, size);
  await client.query('VACUUM ANALYZE');
  say('the open day is made');
  await client.end();
  const within = (day: string, from: number, span: number) => (): string =>
    new Date(Date.parse(day) + from + Math.floor(Math.random() * span)).toISOString();
  return {
    'of any day': within(FIRST_DAY, DAY, (size.days - 1) * DAY),
    'of a sealed day': within(sealed, (HOURS.from + 1) * 60 * MINUTE, (HOURS.until - HOURS.from - 1) * 60 * MINUTE),
    'of an open day': within(last, 15 * 60 * MINUTE, OPEN_MINUTES * MINUTE),
  };
}

async function addDays(client: pg.Client, { stocks, days, everyDays }: AsOfSize, sealed: string): Promise<void> {
  await client.query("SET synchronous_commit = off; SET timezone = 'UTC'");
  await client.query(
    `INSERT INTO price_rollups
     SELECT ${NAME}, 'NASDAQ', 'day', b, ${FIGURES("interval '20 hours'")}
       FROM generate_series(1, $1::int) AS s,
            generate_series($2::timestamptz, $2::timestamptz + $3::int * interval '1 day' - interval '1 s',
              $4::int * interval '1 day') AS b`,
    [stocks, FIRST_DAY, days, everyDays],
  );
  await client.query(
    `INSERT INTO price_rollups
     SELECT ${NAME}, 'NASDAQ', 'hour', b, ${FIGURES("interval '1 hour'")}
       FROM generate_series(1, $1::int) AS s,
            generate_series($2::timestamptz + $3::int * interval '1 hour',
              $2::timestamptz + ($4::int - 1) * interval '1 hour', interval '1 hour') AS b`,
    [stocks, sealed, HOURS.from, HOURS.until],
  );
}

async function addSealed(client: pg.Client, { stocks }: AsOfSize, day: string): Promise<void> {
  const from = (Date.parse(day) + HOURS.from * 60 * MINUTE) * 1000;
  const step = ((HOURS.until - HOURS.from) * 60 * MINUTE * 1000) / TICKS_OF_SEALED;
  const times = Float64Array.from({ length: TICKS_OF_SEALED }, (_, i) => Math.floor(from + (i + 0.5) * step));
  const texts = Array.from(times, (_, i) => (100 + Math.sin(i / 9) * 5).toFixed(2));
  const ticks = { count: times.length, times, seqs: new Float64Array(times.length), prices: priceColumn(texts) };
  for (let s = 1; s <= stocks; ) {
    const blocks: SealedBlock[] = [];
    for (; blocks.length < BLOCKS_AT_ONCE && s <= stocks; s++) {
      blocks.push(...encodeBlocks({ stock: `A${String(s).padStart(6, '0')}`, exchange: 'NASDAQ' }, ticks));
    }
    await client.query(insertBlocks(blocks));
  }
  await client.query(
    `INSERT INTO dropped_minutes SELECT ${NAME}, 'NASDAQ', $1::date FROM generate_series(1, $2::int) AS s`,
    [day, stocks],
  );
  await client.query('INSERT INTO sealed_days VALUES ($1, now(), $2, $3, 0, false)', [
    day,
    stocks * TICKS_OF_SEALED,
    stocks,
  ]);
  await client.query("UPDATE raw_retention SET minutes_from = $1::date + interval '1 day'", [day]);
}

async function addOpen(client: pg.Client, store: PostgresStore, { stocks }: AsOfSize, day: string): Promise<void> {
  await client.query('SELECT create_day_partition($1)', [day]);
  await client.query('BEGIN; SET LOCAL session_replication_role = replica');
  await client.query(
    `INSERT INTO day_prices ("timestamp", stock_name, exchange_name, price, seq)
     SELECT $1::timestamptz + interval '15 hours' + n * interval '10 s' + s * interval '170 us', ${NAME}, 'NASDAQ',
       100 + (n + s) % 17 * 0.25, n * $2::bigint + s
       FROM generate_series(0, $3::int) AS n, generate_series(1, $2::int) AS s`,
    [day, stocks, OPEN_MINUTES * 6 - 1],
  );
  await client.query('COMMIT');
  await store.rebuildRollups(day);
}

/** As the last two days tell them. */
async function addTotals(client: pg.Client, { stocks, days }: AsOfSize): Promise<void> {
  await client.query('TRUNCATE stock_totals');
  const columns = `r.stock_name, r.exchange_name`;
  await client.query(
    `INSERT INTO stock_totals
     SELECT ${columns}, $3::int, $2::timestamptz + interval '12 s', 2, r.close_time, r.close_seq, r.close, r.bucket, r.count,
       r.open_time, r.open, r.high, r.low, p.close_time, p.close_seq, p.close
       FROM generate_series(1, $1::int) AS s
       CROSS JOIN LATERAL (SELECT * FROM price_rollups AS r WHERE r.stock_name = ${NAME} AND r.width = 'day'
         ORDER BY r.bucket DESC LIMIT 1) AS r
       CROSS JOIN LATERAL (SELECT * FROM price_rollups AS p WHERE p.stock_name = ${NAME} AND p.width = 'day'
         AND p.bucket < r.bucket ORDER BY p.bucket DESC LIMIT 1) AS p`,
    [stocks, FIRST_DAY, days],
  );
}
