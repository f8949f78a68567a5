import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { startTestDatabases, type TestDatabase, type TestDatabases, TestIngest } from './ingest-kit.ts';

/** So rarely that what is written sooner was written because it fired. */
const RARELY_MS = 3_600_000;

describe('a rule', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('fires once for a transition, in the transaction of its tick, and does not wait for the next flush', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { intervalMs: RARELY_MS });
    await ingest.leads();
    await addRule(database, 'AAPL above 230', { type: 'price_crosses', direction: 'up', level: '230' });
    await rulesRead(ingest, 1);
    await ingest.sink.publish('NASDAQ', ['AAPL:229.5']);
    await ingest.sink.publish('NYSE', ['IBM:100']);
    await ingest.sink.publish('NASDAQ', ['AAPL:230', 'AAPL:231', 'MSFT:500']);
    const [fired, ...others] = await firings(database, 1);
    assert.deepEqual(others, []);
    assert.deepEqual([fired?.rule_name, fired?.stock_name, fired?.price], ['AAPL above 230', 'AAPL', '230']);
    assert.deepEqual(
      await database.prices(),
      ['229.5', '230', '231', '500'],
      'a lane in which nothing fired keeps its time',
    );
    assert.equal((await ingest.ledger()).lanes['NYSE/0']?.stored, 0);
  });

  it('that fires all the time keeps no other lane from being stored when its time comes', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { intervalMs: 500 });
    await ingest.leads();
    await addRule(database, 'AAPL above 1', { type: 'price_crosses', direction: 'up', level: '1' });
    await rulesRead(ingest, 1);
    await ingest.sink.publish('NYSE', ['IBM:100']);
    let hasStored = false;
    const deadline = Date.now() + 60_000;
    while (!hasStored && Date.now() < deadline) {
      for (let i = 0; i < 20; i++) {
        await ingest.sink.publish('NASDAQ', ['AAPL:0.5', 'AAPL:2']);
        await setTimeout(1);
      }
      hasStored = (await ingest.ledger()).lanes['NYSE/0']?.stored === 1;
    }
    assert.ok(hasStored);
  });

  it('judges all that is published after it was made, also where nobody told of it yet', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await ingest.sink.publish('NYSE', ['IBM:100']);
    await ingest.stored(1);
    for (let level = 101; level <= 105; level++) {
      await addRule(database, `IBM above ${level}`, { type: 'price_crosses', direction: 'up', level: String(level) });
      await ingest.sink.publish('NYSE', [`IBM:${level}`]);
    }
    const fired = await firings(database, 5);
    assert.deepEqual(
      fired.map(({ price }) => price),
      ['101', '102', '103', '104', '105'],
    );
  });

  it('goes on where the process before it ended: armed or not, with the price before', async () => {
    const database = await postgres.newDatabase().create();
    const condition = { type: 'price_crosses', direction: 'up', level: '50' };
    {
      await using ingest = await TestIngest.start(database.url);
      await ingest.leads();
      await addRule(database, 'above 50', condition);
      await rulesRead(ingest, 1);
      await ingest.sink.publish('NYSE', ['A:49', 'B:49', 'A:50']);
      await firings(database, 1);
    }
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    // A has fired and was never below since; B has not.
    await ingest.sink.publish('NYSE', ['A:51', 'B:50', 'A:49', 'A:52']);
    await ingest.stored(4);
    const fired = await firings(database, 3);
    assert.deepEqual(
      fired.map(({ stock_name, price }) => `${stock_name} ${price}`),
      ['A 50', 'B 50', 'A 52'],
    );
  });

  it('whose past takes long to be read keeps no others waiting, and misses nothing of what came meanwhile', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await addRule(database, 'above 50', { type: 'price_crosses', direction: 'up', level: '50' });
    await ingest.sink.publish('NYSE', ['A:40']);
    await ingest.stored(1);
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    try {
      await reader.query('BEGIN; LOCK TABLE sealed_blocks IN ACCESS EXCLUSIVE MODE');
      const by = { direction: 'up', by: '20', unit: 'price', within_seconds: 60 };
      await addRule(database, 'up by 20', { type: 'price_moves', ...by });
      await ingest.sink.publish('NYSE', ['A:55', 'A:61']);
      await ingest.stored(3);
      assert.deepEqual(
        (await firings(database, 1)).map(({ rule_name }) => rule_name),
        ['above 50'],
      );
    } finally {
      await reader.end();
    }
    const fired = await firings(database, 2);
    assert.deepEqual(
      fired.map(({ rule_name, price }) => `${rule_name}: ${price}`),
      ['above 50: 55', 'up by 20: 61'],
    );
  });

  it('of silence, outliers and the system fires without a tick that asks for it', async () => {
    const database = await postgres.newDatabase().create();
    const lanes = new Map([['XTSE', 1]]);
    await using ingest = await TestIngest.start(database.url, { lanes, intervalMs: RARELY_MS });
    await ingest.leads();
    await addRule(database, 'silent', { type: 'silent', seconds: 1 });
    await addRule(database, 'outlier', { type: 'outlier' });
    await addRule(database, 'latency', { type: 'system', measure: 'insert_latency', above: 0 });
    await rulesRead(ingest, 3);
    const usual = Array.from({ length: 30 }, (_, i) => `RY:${220 + (i % 5) / 10}`);
    await ingest.sink.publish('XTSE', [...usual, 'RY:2200.10']);
    const fired = await firings(database, 3);
    assert.deepEqual(fired.map(({ rule_name, stock_name }) => `${rule_name} ${stock_name}`).toSorted(), [
      'latency ',
      'outlier RY',
      'silent RY',
    ]);
    await ingest.stored(31);
  });

  it('that is not understood keeps no other from being judged, and is told of', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url);
    await ingest.leads();
    await addRule(database, 'from the future', { type: 'price_crosses', direction: 'up', level: 'high' });
    await addRule(database, 'above 10', { type: 'price_crosses', direction: 'up', level: '10' });
    await rulesRead(ingest, 1);
    await ingest.sink.publish('NYSE', ['A:9', 'A:10']);
    assert.equal((await firings(database, 1))[0]?.rule_name, 'above 10');
    await ingest.sees('alert_rule_unreadable');
    assert.match(ingest.subscriber.readiness().alerts?.detail ?? '', /^1 rules, 1 more not understood, 1 fired/);
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
  let found: readonly Firing[] = [];
  const is = async (): Promise<boolean> => {
    found = await ask();
    return found.length >= count;
  };
  await until(`${count} firings`, is, () => JSON.stringify(found));
  return found;
}

async function until(what: string, is: () => Promise<boolean>, seen = () => ''): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`not ${what}: ${seen()}`);
    await setTimeout(20);
  }
}
