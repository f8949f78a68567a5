import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nowMicros, type TailTick } from '@tickwatch/core';
import { startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

const NEVER_MS = 3_600_000;
const _ONE_LANE = new Map([['NYSE', 1]]);

describe('ingesting, with messages of this process and the embedded PostgreSQL', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('a tick goes live at once, and is stored with its digits and microseconds; equal ticks are all kept', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { intervalMs: 300 });
    await ingest.leads();
    const message = 'AAPL:(220.40, 1757494917.021389)';
    await ingest.sink.publish('NASDAQ', [message, message, 'TSLA:723.02']);
    await ingest.until('received', ({ total }) => total.received === 3);
    assert.equal(ingest.live.ticks.length, 3);
    await ingest.stored(3);
    const rows = await database.ask(
      `SELECT stock_name, exchange_name, price::text, to_char("timestamp" AT TIME ZONE 'UTC', 'HH24:MI:SS.US') AS time
       FROM stock_prices ORDER BY "timestamp"`,
    );
    const apple = { stock_name: 'AAPL', exchange_name: 'NASDAQ', price: '220.40', time: '09:01:57.021389' };
    assert.deepEqual(rows.slice(0, 2), [apple, apple]);
    assert.equal(rows[2]?.price, '723.02');
  });

  it('numbers grow by one from tick to tick and begin at the clock, also in the next process', async () => {
    const database = await postgres.newDatabase().create();
    let last = nowMicros() as number;
    for (let run = 0; run < 2; run++) {
      await using ingest = await TestIngest.start(database.url);
      await ingest.leads();
      await ingest.sink.publish('NYSE', ['A:1', 'bad', 'A:2', 'A:3']);
      await ingest.stored(3);
      const numbers = ingest.live.ticks.map(({ seq }) => seq);
      const [first = 0] = numbers;
      assert.ok(first > last);
      assert.deepEqual(numbers, [first, first + 1, first + 2]);
      last = first + 2;
    }
    const [row] = await database.ask(
      "SELECT seq::float8, stored::int FROM ingest_positions WHERE exchange_name = 'NYSE'",
    );
    assert.deepEqual(row, { seq: last, stored: 6 });
  });

  it('each batch is told by the log lines that the contract names', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish('NYSE', ['A:1', 'A:2']);
    await ingest.stored(2);
    const { timestamp, value, message, ...line } = await ingest.sees('insert_success');
    assert.deepEqual(line, {
      level: 'info',
      service: 'subscriber',
      event: 'insert_success',
      metric: 'insert_latency',
      unit: 'seconds',
      rows: 2,
      ledger: { received: 2, stored: 2, rejected: 0, refused: 0, lost: 0, waiting: 0 },
    });
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    assert.ok(typeof value === 'number' && value > 0 && value < 30);
    assert.equal(typeof message, 'string');

    await database.ask(
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
    );
    await database.ask(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await ingest.sink.publish('NYSE', ['A:3']);
    const failure = await ingest.sees('insert_failure');
    assert.equal(failure.level, 'error');
    assert.match(String(failure.error), /PostgreSQL/);
    await ingest.storeIsAway();
    assert.equal(ingest.subscriber.readiness().store?.ok, false);

    await database.ask(
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$",
    );
    await ingest.stored(3);
    assert.equal(ingest.subscriber.readiness().store?.ok, true);
    assert.deepEqual(await database.prices(), ['1', '2', '3']);
  });

  it('what is no tick is kept with its bytes and the reason, and counts as rejected', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    const messages = ['A:nan', '', 'no price', ':1', `A:1${' '.repeat(1100)}`, 'A:(1, 99999999999)', 'A:1'];
    await ingest.leads();
    await ingest.sink.publish('NASDAQ', messages);
    const { total } = await ingest.stored(1);
    assert.equal(total.rejected, 6);
    const rows = await database.ask<{ reason: string; raw: Buffer }>(
      'SELECT reason, raw FROM rejected_messages ORDER BY id',
    );
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['bad_price', 'empty', 'bad_form', 'bad_symbol', 'too_long', 'bad_time'],
    );
    assert.deepEqual(
      rows.map(({ raw }) => raw.toString()),
      messages.slice(0, 6),
    );
  });

  it('the tail holds what is not committed, and for a while what was; by stock, and after a number', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { intervalMs: 400 });
    const seen = async (stock: string | undefined, after: number): Promise<readonly TailTick[]> =>
      (await ingest.subscriber.tail.tail(stock, new Map([['NYSE/0', after]]))).ticks;
    assert.deepEqual((await ingest.subscriber.tail.tail(undefined, new Map())).lanes, {});
    await ingest.leads();
    await ingest.sink.publish('NYSE', ['A:1.10', 'B:2', 'A:3']);
    const { total } = await ingest.until('received', (ledger) => ledger.total.received === 3);
    const waiting = await seen(undefined, 0);
    assert.deepEqual(
      waiting.map(({ price }) => price),
      ['1.10', '2', '3'],
    );
    assert.ok(total.waiting === 3 || total.stored === 3);
    await ingest.stored(3);
    assert.deepEqual(await seen(undefined, 0), waiting);
    const [first, , last] = waiting;
    assert.deepEqual(await seen('A', first?.seq ?? 0), [last]);
    const { lanes } = await ingest.subscriber.tail.tail(undefined, new Map());
    assert.deepEqual(lanes, {
      'NASDAQ/0': { from: 0, to: 0 },
      'NYSE/0': { from: (first?.seq ?? 0) - 1, to: last?.seq },
    });
  });

  it('stopping stores what waits', async () => {
    const database = await postgres.newDatabase().create();
    const ingest = await TestIngest.start(database.url, { intervalMs: NEVER_MS });
    await ingest.leads();
    await ingest.sink.publish('NYSE', ['A:(1, 1)', 'A:(2, 2)']);
    await ingest.sink.publish('NASDAQ', ['B:(3, 3)']);
    await ingest.until('received', ({ total }) => total.received === 3);
    await ingest[Symbol.asyncDispose]();
    assert.deepEqual(await database.prices(), ['1', '2', '3']);
    const { stored, waiting, level } = await ingest.sees('flushed_at_stop');
    assert.deepEqual({ stored, waiting, level }, { stored: 3, waiting: 0, level: 'info' });
  });
});
