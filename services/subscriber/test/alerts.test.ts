import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startTestPostgres, type TestDatabase, TestIngest, type TestPostgres } from './ingest-kit.ts';

/** So rarely that what is written sooner was written because it fired. */
const RARELY_MS = 3_600_000;

describe('a rule', () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startTestPostgres();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('fires once for a transition, in the transaction of its tick, and does not wait for the next flush', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { intervalMs: RARELY_MS });
    await ingest.leads();
    await addRule(database, 'AAPL above 230', { type: 'price_crosses', direction: 'up', level: '230' });
    await rulesRead(ingest, 1);
    await ingest.sink.publish('NASDAQ', ['AAPL:229.5']);
    await ingest.sink.publish('NASDAQ', ['AAPL:230', 'AAPL:231', 'MSFT:500']);
    const [fired, ...others] = await firings(database, 1);
    assert.deepEqual(others, []);
    assert.deepEqual([fired?.rule_name, fired?.stock_name, fired?.price], ['AAPL above 230', 'AAPL', '230']);
    assert.deepEqual(await database.prices(), ['229.5', '230', '231', '500']);
  });
});

async function addRule(database: TestDatabase, name: string, condition: object, more: object = {}): Promise<string> {
  const definition = JSON.stringify({ name, condition, ...more });
  const [row] = await database.ask<{ id: string }>(
    `INSERT INTO alert_rules (definition) VALUES ('${definition}') RETURNING id`,
  );
  return row?.id ?? '';
}

async function rulesRead(ingest: TestIngest, count: number): Promise<void> {
  await until(`${count} rules being read`, async () =>
    ingest.lines.some(({ event, value }) => event === 'alert_rules_read' && value === count),
  );
}

interface Firing {
  readonly rule_name: string;
  readonly stock_name: string;
  readonly price: string | null;
  readonly seq: string | null;
  readonly text: string;
}

async function firings(database: TestDatabase, count: number): Promise<readonly Firing[]> {
  const ask = (): Promise<Firing[]> =>
    database.ask<Firing>('SELECT rule_name, stock_name, price::text, seq, text FROM alert_firings ORDER BY seq');
  await until(`${count} firings`, async () => (await ask()).length >= count);
  return ask();
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`not ${what}`);
    await setTimeout(20);
  }
}
