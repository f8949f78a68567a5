import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import pg from 'pg';
import { type AlertOutbox, createAlertOutbox, type TickReader } from '../src/index.ts';
import { openReader } from './reading-kit.ts';
import { ask, eventually, openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

let server: TestServer;
let opened: TestStore;
let outbox: AlertOutbox;
let reader: TickReader;
let desk: string;
let rule: string;

before(async () => {
  server = await startTestServer();
  opened = await openTestStore(server);
  outbox = createAlertOutbox({ connectionString: opened.url, applicationName: 'outbox-test' });
  reader = openReader(opened.url);
  const { alertAdmin } = opened.store;
  desk = await alertAdmin.addReceiver({ name: 'desk', type: 'webhook', target: 'https://desk', secret: 'desk secret' });
  const definition = { name: 'Of two', stocks: ['AAPL', 'MSFT'] };
  rule = await alertAdmin.addRule({ name: 'Of two', definition, isEnabled: true, receivers: [desk] });
});

after(async () => {
  await reader?.[Symbol.asyncDispose]();
  await outbox?.[Symbol.asyncDispose]();
  await opened?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function openTransaction(url: string): Promise<AsyncDisposable & { readonly client: pg.Client }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

/** Fires the rule as a commit would. @returns the id of the firing */
async function fire(stock: string, time = '2026-11-27T10:00:00.123456Z'): Promise<string> {
  const id = randomUUID();
  await ask(
    opened.url,
    `WITH fired AS (INSERT INTO alert_firings (id, rule_id, rule_name, exchange_name, stock_name, "timestamp", seq, price, text)
       VALUES ('${id}', '${rule}', 'Of two', 'NASDAQ', '${stock}', '${time}', 7, '230.50', 'It did.') RETURNING id),
     sent AS (INSERT INTO alert_deliveries (firing_id, receiver_id) SELECT id, '${desk}' FROM fired)
     SELECT pg_notify('alert_firings', '')`,
  );
  return id;
}

describe('the outbox', () => {
  test('a delivery is claimed by one, tried again when it is due, and given up or made', async () => {
    const id = await fire('AAPL');
    const [queue] = await outbox.queues();
    assert.deepEqual(queue?.receiver, {
      id: desk,
      name: 'desk',
      type: 'webhook',
      target: 'https://desk',
      secret: 'desk secret',
    });
    assert.equal(queue?.waiting, 1);
    const claims = await Promise.all([1, 2, 3].map(() => outbox.claim(desk, 10, 60_000)));
    const [claimed, ...others] = claims.flat();
    assert.deepEqual(others, []);
    const { recordedAt: _, ...firing } = claimed?.firing ?? {};
    assert.deepEqual(firing, {
      id,
      ruleId: rule,
      ruleName: 'Of two',
      exchange: 'NASDAQ',
      stock: 'AAPL',
      time: 1_795_773_600_123_456,
      seq: 7,
      price: '230.50',
      text: 'It did.',
    });
    await outbox.failed(desk, [id], 'it answered 500', nowMicros());
    assert.deepEqual(
      (await outbox.claim(desk, 10, 60_000)).map(({ attempts }) => attempts),
      [1],
    );
    const minutes = (count: number): EpochMicros => (nowMicros() + count * 60_000_000) as EpochMicros;
    await outbox.failed(desk, [id], 'it answered 500', minutes(1));
    await outbox.hurry(desk, 120_000);
    assert.deepEqual(await outbox.claim(desk, 10, 60_000), [], 'it may be claimed by somebody');
    await outbox.failed(desk, [id], 'it answered 500', minutes(5));
    await outbox.hurry(desk, 120_000);
    assert.equal((await outbox.claim(desk, 10, 60_000)).length, 1);
    await outbox.failed(desk, [id], 'it answered 500 again', undefined);
    assert.deepEqual(await outbox.queues(), []);
    const [listed] = await reader.alerts.receivers();
    assert.deepEqual([listed?.failed, listed?.lastError, listed?.rules], [1, 'it answered 500 again', 1]);
    assert.equal(await opened.store.alertAdmin.retryDelivery(id, desk), true);
    assert.equal(await opened.store.alertAdmin.retryDelivery(id, desk), false, 'it waits');
    assert.equal((await outbox.claim(desk, 10, 60_000)).length, 1);
    await outbox.delivered(desk, [id]);
    const [delivery] = (await reader.alerts.deliveries(id)) ?? [];
    assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.nextAttempt], ['delivered', 1, undefined]);
    assert.equal(await reader.alerts.deliveries(randomUUID()), undefined);
  });

  test('who looks for what was fired misses nothing, also of a transaction that ends late, and sees nothing twice', async () => {
    const told: number[] = [];
    await using _listening = outbox.listen(() => told.push(1));
    await eventually('listening', async () => told.length > 0 || undefined);
    let place = await outbox.placeBefore(0);
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      for (let found = 1; found > 0; ) {
        const page = await outbox.firingsBehind(place, 2);
        found = page.firings.length;
        seen.push(...page.firings.map(({ id }) => id));
        place = page.place;
      }
    };
    await look();
    assert.deepEqual(seen, []);
    await using late = await openTransaction(opened.url);
    const lateId = randomUUID();
    await late.client.query(
      `INSERT INTO alert_firings (id, rule_name, "timestamp", text) VALUES ('${lateId}', 'Late', now(), '')`,
    );
    const others = [await fire('MSFT'), await fire('MSFT'), await fire('MSFT')];
    await eventually('told', async () => told.length > 1 || undefined);
    await look();
    assert.deepEqual(seen, others);
    await late.client.query('COMMIT');
    await look();
    assert.deepEqual(seen, [...others, lateId]);
    // Whoever begins looks back a little, over what may have been told to nobody.
    place = await outbox.placeBefore(60);
    seen.length = 0;
    await look();
    for (const id of [...others, lateId]) assert.equal(seen.filter((other) => other === id).length, 1);
    const last = await fire('MSFT');
    await look();
    assert.equal(seen.at(-1), last);
    // Another server has the database by now, whose transactions have lower numbers.
    place = '9000000000000:9000000000000:' as typeof place;
    seen.length = 0;
    await look();
    assert.equal(seen.at(-1), last);
  });

  test('who listens is called again after its connection was cut', async () => {
    const told: number[] = [];
    await using _listening = outbox.listen(() => told.push(1));
    await eventually('listening', async () => told.length > 0 || undefined);
    const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN alert_firings'";
    await ask(opened.url, cut);
    await eventually('called again', async () => told.length > 1 || undefined);
    await fire('MSFT');
    await eventually('told', async () => told.length > 2 || undefined);
  });

  test('a test of a receiver is a firing of no rule', async () => {
    const id = await opened.store.alertAdmin.testReceiver(desk);
    const [claimed] = (await outbox.claim(desk, 100, 1)).filter(({ firing }) => firing.id === id);
    assert.equal(claimed?.firing.ruleId, undefined);
    assert.equal(await opened.store.alertAdmin.testReceiver(randomUUID()), undefined);
  });
});

describe('what is asked of rules and firings', () => {
  test('a rule tells what came of it; rules are found by what they watch', async () => {
    const { alertAdmin } = opened.store;
    const all = await alertAdmin.addRule({
      name: 'Of all on NYSE',
      definition: { name: 'Of all on NYSE', exchange: 'NYSE' },
      isEnabled: false,
      receivers: [],
    });
    await alertAdmin.snoozeRule(all, 1_800_000_000_000_000 as EpochMicros);
    await ask(
      opened.url,
      `INSERT INTO alert_phases VALUES ('${rule}', 'NASDAQ', 'AAPL', 1, 'beyond', now()), ('${rule}', 'NASDAQ', 'MSFT', 1, 'armed', now())`,
    );
    const found = await reader.alerts.rule(rule);
    assert.deepEqual([found?.receivers, found?.beyond, found?.stocksFired], [['desk'], 1, 2]);
    assert.ok((found?.fired ?? 0) >= 1 && found?.isEnabled);
    const ids = async (question: object): Promise<readonly string[]> =>
      (await reader.alerts.rules({ limit: 10, ...question })).rules.map(({ id }) => id);
    assert.deepEqual(await ids({}), [all, rule]);
    assert.deepEqual(await ids({ stock: 'AAPL', exchange: 'NASDAQ' }), [rule]);
    assert.deepEqual(await ids({ stock: 'TSLA', exchange: 'NYSE' }), [all]);
    assert.deepEqual(await ids({ name: 'of TWO' }), [rule]);
    const { rules, next } = await reader.alerts.rules({ limit: 1 });
    assert.deepEqual([rules[0]?.snoozedUntil, rules[0]?.isEnabled], [1_800_000_000_000_000, false]);
    assert.deepEqual(await ids({ behind: next }), [rule]);
  });

  test('firings come newest first, page by page, of a stock, a rule and a range', async () => {
    const times = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'];
    for (const time of times) await fire('PAGED', time);
    const question = { stock: 'PAGED', ruleId: rule, limit: 2 };
    const first = await reader.alerts.firings(question);
    const second = await reader.alerts.firings({ ...question, behind: first.next });
    const got = [...first.firings, ...second.firings];
    assert.deepEqual(
      got.map(({ time }) => time),
      times.map((time) => Date.parse(time) * 1000).toReversed(),
    );
    assert.equal(new Set(got.map(({ id }) => id)).size, 4);
    const day = Date.parse('2026-01-02T00:00:00Z') * 1000;
    const ranged = await reader.alerts.firings({ ...question, start: day as EpochMicros, end: day as EpochMicros });
    assert.equal(ranged.firings.length, 2);
    assert.deepEqual((await reader.alerts.firings({ limit: 5, ruleId: 'no id' })).firings, []);
  });
});
