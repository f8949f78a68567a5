import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

const USUAL = Array.from({ length: 30 }, (_, i) => `AAPL:${220 + (i % 5) / 10}`);
const MARKS = `
  SELECT stock_name, exchange_name, price::text, median::text, deviation::text,
    EXISTS (SELECT FROM stock_prices AS t WHERE t.stock_name = o.stock_name AND t."timestamp" = o."timestamp"
      AND t.seq = o.seq AND t.price = o.price) AS is_stored
  FROM outliers AS o ORDER BY seq`;

describe('a tick far from the usual', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('is stored like any other, marked, and counted in the log', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish('NASDAQ', [...USUAL, 'AAPL:2200.10', 'AAPL:220.1']);
    await ingest.stored(32);
    assert.deepEqual(await database.ask(MARKS), [
      {
        stock_name: 'AAPL',
        exchange_name: 'NASDAQ',
        price: '2200.10',
        median: '220.2',
        deviation: '0.1',
        is_stored: true,
      },
    ]);
    const figures = ingest.lines.filter(({ event, value }) => event === 'quality' && value !== 0);
    const told = new Map(figures.map(({ metric, unit }) => [metric, unit]));
    assert.equal(told.get('outliers'), 'ticks');
    assert.equal(told.get('burst'), 'ticks');
  });

  it('is marked once where its commit was tried again and again', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish('NASDAQ', USUAL);
    await ingest.stored(30);
    await database.lock(true);
    await ingest.sink.publish('NASDAQ', ['AAPL:22', 'AAPL:220.1']);
    await ingest.sees('insert_failure');
    await database.lock(false);
    await ingest.stored(32);
    assert.deepEqual(
      (await database.ask<{ price: string }>(MARKS)).map(({ price }) => price),
      ['22'],
    );
    const counted = ingest.lines.filter(({ metric, value }) => metric === 'outliers' && value !== 0);
    assert.deepEqual(
      counted.map(({ value }) => value),
      [1],
    );
  });

  it('that PostgreSQL refuses has no mark, and a mark that it refuses stops no tick', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await database.ask('ALTER TABLE day_prices ADD CHECK (price < 3000)');
    await database.ask('ALTER TABLE outliers ADD CHECK (price > 1)');
    await ingest.sink.publish('NASDAQ', [...USUAL, 'AAPL:9999', 'AAPL:2200', 'AAPL:220.1']);
    await ingest.stored(32);
    const marks = (): Promise<{ price: string }[]> => database.ask<{ price: string }>(MARKS);
    assert.deepEqual(
      (await marks()).map(({ price }) => price),
      ['2200'],
    );
    await ingest.sink.publish('NASDAQ', ['AAPL:0.5', 'AAPL:220.1']);
    await ingest.stored(34);
    assert.equal((await marks()).length, 1);
  });
});
