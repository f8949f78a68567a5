import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CASES_RECEIVED_AT, tickCases } from '../../../test/cases/cases.ts';
import { startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

interface Stored {
  readonly stock_name: string;
  readonly price: string;
  readonly timestamp: string;
  readonly received: boolean;
}

const STORED = `
  SELECT stock_name, price::text, to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS timestamp
  FROM stock_prices ORDER BY seq`;

describe('what comes on a channel', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('is stored as the table of cases says, or kept with the reason that stands there', async () => {
    const cases = tickCases();
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish(
      'NYSE',
      cases.map(({ message }) => message),
    );
    const expected = cases.flatMap(({ ticks = [] }) => ticks);
    await ingest.stored(expected.length);
    const rows = await database.ask<Stored>(STORED);
    assert.deepEqual(
      rows.map(({ stock_name, price }) => ({ stock_name, price })),
      expected.map(({ stock_name, price }) => ({ stock_name, price })),
    );
    for (const [i, { timestamp }] of expected.entries()) {
      if (timestamp !== undefined) assert.equal(rows[i]?.timestamp, timestamp);
      else assert.ok((rows[i]?.timestamp ?? '') > '2026', `${CASES_RECEIVED_AT} stands for when it was received`);
    }
    const rejected = await database.ask<{ reason: string }>('SELECT reason FROM rejected_messages ORDER BY id');
    assert.deepEqual(
      rejected.map(({ reason }) => reason),
      cases.flatMap(({ rejected: reasons = [] }) => reasons),
    );
  });

  it('is read by MESSAGE_MAP where it is of a form of its own, and the usual forms beside it', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, {
      messages: { MESSAGE_MAP: '{"stock":"i.code","price":"i.v","time":"at"}' },
    });
    await ingest.leads();
    await ingest.sink.publish('NYSE', [
      '{"i":{"code":"A","v":"1.10"},"at":1757494917021}',
      'B:2',
      '{"symbol":"C","price":3}',
      '{"i":{"code":"D","v":4}}',
    ]);
    await ingest.stored(3);
    const rows = await database.ask<Stored>(STORED);
    assert.deepEqual(rows[0], { stock_name: 'A', price: '1.10', timestamp: '2025-09-10T09:01:57.021000Z' });
    const [row] = await database.ask('SELECT reason, detail FROM rejected_messages');
    assert.equal(row?.reason, 'bad_time');
    assert.match(String(row?.detail), /"at", where MESSAGE_MAP says that the time is/);
  });

  it('may cost nothing or less only on an exchange of SIGNED_PRICES, and goes live and into every sum', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, {
      lanes: new Map([
        ['NYMEX', 1],
        ['NYSE', 1],
      ]),
      messages: { SIGNED_PRICES: 'NYMEX' },
    });
    await ingest.leads();
    const messages = ['CLK20:(10.01, 1587412800)', 'CLK20:(-0.0, 1587412810)', 'CLK20:(-37.63, 1587412820)'];
    await ingest.sink.publish('NYMEX', messages);
    await ingest.sink.publish('NYSE', messages);
    const { total } = await ingest.stored(4);
    assert.equal(total.rejected, 2);
    const prices = ingest.live.ticks.filter(({ exchange }) => exchange === 'NYMEX').map(({ price }) => price);
    assert.deepEqual(prices, ['10.01', '0.0', '-37.63']);
    const [rollup] = await database.ask(
      `SELECT sum::text, open::text, high::text, low::text, close::text, trim_scale(weighted_sum)::text AS weighted
       FROM price_rollups WHERE width = 'minute' AND exchange_name = 'NYMEX'`,
    );
    assert.deepEqual(rollup, {
      sum: '-27.62',
      open: '10.01',
      high: '10.01',
      low: '-37.63',
      close: '-37.63',
      weighted: '100.1',
    });
    const wrong = await database.ask("SELECT * FROM wrong_price_rollups('2020-04-20')");
    assert.deepEqual(wrong, []);
    const { ticks } = await ingest.subscriber.tail.tail('CLK20', new Map());
    assert.deepEqual(
      ticks.filter(({ exchange_name }) => exchange_name === 'NYMEX').map(({ price }) => price),
      ['10.01', '0.0', '-37.63'],
    );
    const [refused] = await database.ask('SELECT detail FROM rejected_messages ORDER BY id DESC');
    assert.match(String(refused?.detail), /"-37\.63" is not a finite decimal > 0; SIGNED_PRICES names exchanges/);
  });

  it('leaves a line in the log at once where it is no tick, and not one for each', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish('NYSE', ['hello', 'A:nan']);
    const { count, reasons, reason, example, level, message } = await ingest.sees('messages_rejected');
    assert.deepEqual(
      { count, reasons, reason, example, level },
      { count: 2, reasons: { bad_form: 1, bad_price: 1 }, reason: 'bad_price', example: '"A:nan"', level: 'warn' },
    );
    assert.match(String(message), /^2 of what came on NYSE are no ticks, such as "A:nan": the price "nan"/);
    for (let i = 0; i < 100; i++) await ingest.sink.publish('NYSE', ['hello']);
    await ingest.until('rejected', ({ total }) => total.rejected === 102);
    await ingest[Symbol.asyncDispose]();
    const lines = ingest.lines.filter(({ event }) => event === 'messages_rejected');
    assert.deepEqual(
      lines.map((line) => line.count),
      [2, 100],
    );
  });

  it('is kept up to so many a minute, counted all the same, and the ledger balances', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { rejectedPerMinute: 10 });
    await ingest.leads();
    const flood = Array.from({ length: 5000 }, (_, i) => `no tick ${i}`);
    for (let i = 0; i < 4; i++) await ingest.sink.publish('NYSE', flood);
    await ingest.sink.publish('NYSE', ['A:nan', 'A:1']);
    const { total } = await ingest.stored(1);
    assert.equal(total.rejected, 20_001);
    const [row] = await database.ask<{ count: number; kept: number; minutes: number; rows: number; rejected: number }>(
      `SELECT sum(count)::int AS count, sum(kept)::int AS kept, count(DISTINCT minute)::int AS minutes,
         (SELECT count(*)::int FROM rejected_messages) AS rows,
         (SELECT sum(rejected)::int FROM ingest_positions) AS rejected FROM rejected_counts`,
    );
    const { count = 0, kept = 0, minutes = 0, rows = 0, rejected = 0 } = row ?? {};
    assert.deepEqual([count, rejected, kept], [20_001, 20_001, rows]);
    assert.ok(rows <= 11 * minutes, `${rows} rows are kept of ${minutes} minutes`);
    const [odd] = await database.ask("SELECT count(*)::int FROM rejected_messages WHERE reason = 'bad_price'");
    assert.equal(odd?.count, 1, 'a flood of one reason leaves room for an example of another');
  });
});
