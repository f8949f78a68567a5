import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import { createPostgresReader, type PageKey, type RangeQuestion, type TickReader } from '../src/index.ts';
import { sealByHand } from './sealing-kit.ts';
import { openTestStore, seededRandom, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const FIRST = Date.parse('2026-03-01T00:00:00Z') * 1000;
const DAYS = 10;
const STOCKS = ['AAPL', 'BRK.B'];
const EXCHANGES = ['NASDAQ', 'NYSE', 'LSE "é"'];

describe('answers over sealed days', () => {
  const random = seededRandom(20_260_301);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  let server: TestServer;
  let open: TestStore;
  let client: pg.Client;
  let reader: TickReader;
  const ticks = randomTicks(6000);

  function randomTicks(count: number): SequencedTick[] {
    const made: SequencedTick[] = [];
    for (let seq = 1; made.length < count; seq++) {
      const tied = random() < 0.2 ? made.at(-1) : undefined;
      const burst = FIRST + integer(0, DAYS - 1) * DAY + integer(0, 3) * 3_600_000_000 + integer(0, 90_000_000);
      const time = tied?.time ?? (random() < 0.6 ? burst : FIRST + integer(0, DAYS * DAY - 1));
      const price = tied !== undefined && random() < 0.3 ? tied.price : randomPrice();
      made.push({ stock: pick(STOCKS), exchange: pick(EXCHANGES), price, time: time as EpochMicros, seq });
    }
    return made;
  }

  function randomPrice(): DecimalText {
    const decimals = pick([0, 2, 2, 2, 2, 2, 4, random() < 0.02 ? 30 : 2]);
    const whole = pick(['220', '220', '-3', '0', '99999999']);
    const fraction = Array.from({ length: decimals }, () => integer(0, 9)).join('');
    return (decimals === 0 ? whole : `${whole}.${fraction}`) as DecimalText;
  }

  async function insert(some: readonly SequencedTick[], table = 'stock_prices'): Promise<void> {
    await client.query(
      `INSERT INTO ${table} (timestamp, stock_name, exchange_name, price, seq)
       SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::numeric[], $5::bigint[])`,
      [
        some.map(({ time }) => formatMicros(time)),
        some.map(({ stock }) => stock),
        some.map(({ exchange }) => exchange),
        some.map(({ price }) => price),
        some.map(({ seq }) => seq),
      ],
    );
  }

  const dayText = (day: number): string => formatMicros((FIRST + day * DAY) as EpochMicros).slice(0, 10);

  before(async () => {
    server = await startTestServer();
    open = await openTestStore(server);
    client = new pg.Client({ connectionString: open.url });
    await client.connect();
    for (let day = 0; day < DAYS; day++) await client.query('SELECT create_day_partition($1)', [dayText(day)]);
    await insert(ticks.slice(0, 5500), 'day_prices');
    for (const day of [0, 1, 2, 4, 5, 8]) await sealByHand(client, dayText(day));
    await insert(ticks.slice(5500));
    reader = openReader(open.url);
  });
  after(async () => {
    await reader[Symbol.asyncDispose]();
    await client.end();
    await open[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('prices', async () => {
    const { value } = await reader.prices({ stock: 'AAPL' }, { order: 'asc', format: 'csv', decimals: 'number' });
    const parts: Buffer[] = [];
    if (Buffer.isBuffer(value)) parts.push(value);
    else for await (const part of value) parts.push(part as Buffer);
    const lines = Buffer.concat(parts).toString().trimEnd().split('\n').slice(1);
    assert.equal(lines.length, ticks.filter(({ stock }) => stock === 'AAPL').length);
    const expected = ticks.filter(({ stock }) => stock === 'AAPL').toSorted((a, b) => a.time - b.time);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 27)),
      expected.map(({ time }) => formatMicros(time)),
    );
    const chunks = await reader.ticks({ stock: 'AAPL' }, { order: 'desc' });
    let count = 0;
    for await (const chunk of chunks.chunks) count += chunk.count;
    assert.equal(count, lines.length);
    for (const order of ['asc', 'desc'] as const) {
      let after: PageKey | undefined;
      const found: string[] = [];
      do {
        const page = await reader.page({ stock: 'AAPL' } as RangeQuestion, { order, limit: 100, after });
        found.push(
          ...page.value.ticks.map(
            ({ time, price, exchange }) =>
              `${formatMicros(time)},AAPL,${exchange.includes('"') ? `"${exchange.replaceAll('"', '""')}"` : exchange},${price}`,
          ),
        );
        after = page.value.next;
      } while (after !== undefined);
      assert.deepEqual(found, order === 'asc' ? lines : lines.toReversed());
    }
  });
});

function openReader(databaseUrl: string): TickReader {
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: 4, queue: 100, waitMs: 30_000 },
      exports: { permits: 2, queue: 0, waitMs: 1000 },
    },
    export: { timeoutMs: 60_000, stallMs: 5000, smallRows: 500 },
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
    tails: [],
    tailTimeoutMs: 2000,
    tailRestMs: 100,
  });
}
