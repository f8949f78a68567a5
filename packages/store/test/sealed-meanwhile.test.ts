import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import type { ReaderEvent } from '../src/index.ts';
import { insertTicks, lineOf, openReader, readChunks, readPages, readText } from './reading-kit.ts';
import { seal } from './sealing-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const DAY = '2026-03-02';
const NOON = Date.parse(`${DAY}T12:00:00Z`) * 1000;

describe('a day that is sealed, unsealed or dropped', () => {
  let server: TestServer;
  let open: TestStore;
  let client: pg.Client;

  before(async () => {
    server = await startTestServer();
  });
  after(async () => {
    await client.end();
    await open[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  async function fresh(ticks: readonly SequencedTick[]): Promise<void> {
    await client?.end();
    await open?.[Symbol.asyncDispose]();
    open = await openTestStore(server);
    client = new pg.Client({ connectionString: open.url });
    await client.connect();
    await client.query('SELECT create_day_partition($1)', [DAY]);
    await insertTicks(client, ticks, 'day_prices');
  }

  let seq = 1000;
  const tick = (micros: number, exchange: string, price: string): SequencedTick => ({
    stock: 'AAPL',
    exchange,
    price: price as DecimalText,
    time: (NOON + micros) as EpochMicros,
    seq: ++seq,
  });
  /** Alone, tied on one exchange, tied across exchanges, equal in everything but their number. */
  const tied = (): SequencedTick[] => [
    tick(0, 'NYSE', '5'),
    tick(1, 'NYSE', '9'),
    tick(1, 'NASDAQ', '4'),
    tick(1, 'NYSE', '3'),
    tick(1, 'NYSE', '3.0'),
    tick(2, 'NYSE', '7'),
    tick(2, 'NASDAQ', '8'),
    tick(3, 'NASDAQ', '6'),
    tick(3, 'LSE', '6'),
    tick(4, 'NYSE', '2'),
  ];

  for (const order of ['asc', 'desc'] as const) {
    for (const limit of [1, 2, 3]) {
      for (const isSealedFirst of [false, true]) {
        const how = `${order}, ${limit} at once, ${isSealedFirst ? 'sealed' : 'open'} at first`;
        it(`changes nothing for whoever goes on behind a page (${how})`, async () => {
          const ticks = tied();
          await fresh(ticks);
          let isSealed = false;
          const change = async (): Promise<void> => {
            if (isSealed) await open.store.unsealDay(DAY);
            else await seal(open.url, DAY);
            isSealed = !isSealed;
          };
          if (isSealedFirst) await change();
          await using reader = openReader(open.url);
          const lines = await readPages(reader, { stock: 'AAPL' }, { order, limit }, change);
          assert.deepEqual(lines.toSorted(), ticks.map(lineOf).toSorted());
          const times = lines.map((line) => line.slice(0, 27));
          assert.deepEqual(times, order === 'asc' ? times.toSorted() : times.toSorted().toReversed());
        });
      }
    }
  }

  it('stays as it was in an answer that is being read', async () => {
    const ticks = Array.from({ length: 20_000 }, (_, i) => tick(i * 1000, 'NYSE', '1.25'));
    await fresh(ticks);
    await using reader = openReader(open.url);
    const { chunks } = await reader.ticks({ stock: 'AAPL' }, { order: 'asc' });
    const sealing = seal(open.url, DAY).catch((error: unknown) => error);
    let count = 0;
    for await (const chunk of chunks) count += chunk.count;
    assert.equal(count, ticks.length);
    await sealing;
    await seal(open.url, DAY);
    const sealed = await reader.ticks({ stock: 'AAPL' }, { order: 'asc' });
    count = 0;
    let dropping: Promise<unknown> | undefined;
    for await (const chunk of sealed.chunks) {
      // It may wait for the answer.
      dropping ??= client.query(`SELECT drop_raw_before('2027-01-01', 100)`);
      count += chunk.count;
    }
    assert.equal(count, ticks.length);
    await dropping;
    assert.deepEqual(await readChunks(reader, { stock: 'AAPL' }, 'asc'), []);
  });

  it('is noticed by an average that was begun before', async () => {
    const ticks = Array.from({ length: 100 }, (_, i) => tick(i * 1_000_000, 'NYSE', '1.25'));
    await fresh(ticks);
    await using reader = openReader(open.url);
    const question = { stock: 'AAPL', start: (NOON + 500_000) as EpochMicros };
    const counts: (number | undefined)[] = [];
    for (const change of [
      async () => {},
      () => seal(open.url, DAY),
      () => insertTicks(client, [tick(700_000, 'NYSE', '9')], 'late_prices'),
      () => seal(open.url, DAY),
      () => open.store.unsealDay(DAY),
    ]) {
      const before = (await reader.summary(question)).value.row?.count;
      await change();
      counts.push(before, (await reader.summary(question)).value.row?.count);
    }
    assert.deepEqual(counts, [99, 99, 99, 99, 99, 100, 100, 100, 100, 100]);
  });

  it('lacks only the block that is damaged, and says so: a stream that said otherwise fails', async () => {
    const ticks = Array.from({ length: 10_000 }, (_, i) => tick(i * 1_000_000, 'NYSE', `${(i * 7919) % 997}.25`));
    await fresh(ticks);
    await client.query(`INSERT INTO coverage (exchange_name, from_time) VALUES ('NYSE', '${DAY}');
      INSERT INTO ingest_positions (lane, exchange_name, seq, covered_until) VALUES ('NYSE/0', 'NYSE', 1, now())`);
    await seal(open.url, DAY);
    const blocks = await ask<{ readonly first_time: Date; readonly last_time: Date; readonly count: number }>(
      open.url,
      'SELECT first_time, last_time, count FROM sealed_blocks ORDER BY place',
    );
    await client.query(
      `UPDATE sealed_blocks SET payload = set_byte(payload, 100, get_byte(payload, 100) # 1) WHERE place = 2`,
    );
    const events: ReaderEvent[] = [];
    await using reader = openReader(open.url, { onEvent: (event) => events.push(event) });
    const question = { stock: 'AAPL', start: NOON as EpochMicros, end: (NOON + 10_000_000_000) as EpochMicros };
    await assert.rejects(readText(reader, question, 'asc'), { code: 'READ_DAMAGED' });
    const { summary, chunks } = await reader.ticks(question, { order: 'asc' });
    for await (const chunk of chunks) assert.ok(chunk.count > 0);
    const hole = summary.missing.holes[0];
    assert.deepEqual(
      [summary.missing.complete, hole?.reason, hole?.messages],
      [false, 'block_damaged', blocks[1]?.count],
    );
    assert.equal(hole?.from, (blocks[1]?.first_time.getTime() ?? 0) * 1000);
    const left = (await readText(reader, question, 'asc')).trimEnd().split('\n').length - 1;
    assert.equal(left, ticks.length - (blocks[1]?.count ?? 0));
    assert.deepEqual(
      events.map((event) => event.type === 'block_damaged' && [event.stock, event.exchange, event.day, event.place]),
      [['AAPL', 'NYSE', DAY, 2]],
    );
    const within = (hole?.from ?? 0) + 10_500_000;
    const small = { stock: 'AAPL', start: within as EpochMicros, end: (within + 20_000_000) as EpochMicros };
    await using other = openReader(open.url);
    const told = await other.prices(small, { order: 'asc', format: 'csv', decimals: 'number' });
    assert.equal(told.summary.missing.complete, false, 'a small answer says it at once');
    assert.equal((await other.summary(small)).value.missing.complete, false);
    assert.equal(
      (await other.candles(small, { interval: '1s', fill: 'none', timeZone: 'UTC' })).summary.missing.complete,
      false,
    );
    const whole = { stock: 'AAPL', start: (Math.floor(NOON / 86_400e6) * 86_400e6) as EpochMicros };
    assert.equal((await other.summary(whole)).value.row?.count, ticks.length, 'sums still have them');
    assert.equal(
      (await other.summary(whole)).value.missing.holes.some(({ reason }) => reason === 'block_damaged'),
      false,
    );
  });
});
