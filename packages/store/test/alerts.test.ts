import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  type AlertFired,
  type AlertPhase,
  type DecimalText,
  type EpochMicros,
  nowMicros,
  type SequencedTick,
} from '@tickwatch/core';
import {
  type AlertChanges,
  AlertConflictError,
  createPostgresStore,
  LeaseLostError,
  RulesChangedError,
} from '../src/index.ts';
import { assertRemembers } from './alert-memory.ts';
import {
  ask,
  BatchMaker,
  eventually,
  lead,
  openTestStore,
  startTestServer,
  type TestServer,
  type TestStore,
} from './store-test-kit.ts';

const RULE = { definition: { name: 'A rule' }, name: 'A rule', isEnabled: true, receivers: [] };

let server: TestServer;
let opened: TestStore;

before(async () => {
  server = await startTestServer();
  opened = await openTestStore(server);
});

after(async () => {
  await opened?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function version(): Promise<number> {
  return (await opened.store.alerts.rules(undefined))?.version ?? -1;
}

function fired(ruleId: string, tick: SequencedTick, more: Partial<AlertFired> = {}): AlertFired {
  const { exchange, stock, time, seq, price } = tick;
  return { id: randomUUID(), ruleId, ruleName: 'A rule', exchange, stock, time, seq, price, text: 'It did.', ...more };
}

function phase(ruleId: string, { exchange, stock, time }: SequencedTick, name = 'beyond'): AlertPhase {
  return { ruleId, revision: 1, exchange, stock, phase: name, firedAt: time };
}

async function deliveriesOf(firingId: string): Promise<readonly string[]> {
  const rows = await ask<{ state: string }>(
    opened.url,
    `SELECT state FROM alert_deliveries WHERE firing_id = '${firingId}'`,
  );
  return rows.map(({ state }) => state);
}

describe('alerts in the transaction of their ticks', () => {
  test('a firing is kept once, with its phase and a delivery for each receiver of its rule', async () => {
    const { store } = opened;
    const receiver = await store.alertAdmin.addReceiver({
      name: 'desk',
      type: 'webhook',
      target: 'https://example.com',
      secret: 'a secret of the desk',
    });
    const ruleId = await store.alertAdmin.addRule({ ...RULE, receivers: [receiver] });
    await using member = await lead(store, ['NASDAQ/0']);
    const make = new BatchMaker();
    const tick = make.tick('ONCE', '10');
    const firing = fired(ruleId, tick);
    const alerts: AlertChanges = {
      version: await version(),
      phases: [phase(ruleId, tick, 'armed'), phase(ruleId, tick)],
      firings: [firing],
    };
    await member.commit(make.batches([tick]), alerts);
    assert.deepEqual(await store.alerts.phases([ruleId], 'NASDAQ'), [phase(ruleId, tick)]);
    assert.deepEqual(await deliveriesOf(firing.id), ['waiting']);
    await ask(opened.url, "UPDATE alert_deliveries SET state = 'delivered'");
    await member.recordAlerts(['NASDAQ/0'], alerts);
    assert.deepEqual(await deliveriesOf(firing.id), ['delivered']);
    await assert.rejects(store.alertAdmin.removeReceiver(receiver), AlertConflictError);
  });

  test('ticks that were judged by other rules are not stored until they are judged again', async () => {
    const { store } = opened;
    await using member = await lead(store, ['NYSE/0']);
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AGAIN', '1', undefined, 'NYSE')]);
    const before = await version();
    const calls: number[] = [];
    await using _listening = store.alerts.listen(() => calls.push(1));
    await eventually('listening', async () => calls.length > 0 || undefined);
    await store.alertAdmin.addRule(RULE);
    await eventually('told of the rule', async () => calls.length > 1 || undefined);
    await assert.rejects(member.commit(batches, { version: before, phases: [], firings: [] }), RulesChangedError);
    assert.equal((await ask(opened.url, "SELECT FROM stock_prices WHERE stock_name = 'AGAIN'")).length, 0);
    await store.alertAdmin.addRule(RULE);
    // They were read behind the ticks: what changed since came later.
    await member.commit(batches, { version: undefined, phases: [], firings: [] });
    assert.equal((await ask(opened.url, "SELECT FROM stock_prices WHERE stock_name = 'AGAIN'")).length, 1);
    assert.equal(await store.alerts.rules(await version()), undefined);
  });

  test('of the rules only those that changed are read again, unless nobody knows any more what changed', async () => {
    const { store, url } = opened;
    const [kept, changed, removed] = [
      await store.alertAdmin.addRule(RULE),
      await store.alertAdmin.addRule(RULE),
      await store.alertAdmin.addRule(RULE),
    ];
    const ruleOf = async (id: string) => (await store.alerts.rules(undefined))?.rules.find((rule) => rule.id === id);
    const before = await ruleOf(kept);
    await store.alertAdmin.snoozeRule(changed, 1_800_000_000_000_000 as EpochMicros);
    await store.alertAdmin.removeRule(removed);
    const added = await store.alertAdmin.addRule(RULE);
    assert.equal(await ruleOf(kept), before, 'the same object');
    assert.equal((await ruleOf(changed))?.snoozedUntil, 1_800_000_000_000_000);
    assert.equal(await ruleOf(removed), undefined);
    assert.ok(await ruleOf(added));
    // As in a database that was restored: of the version that is known it has never heard.
    await ask(
      url,
      `SET session_replication_role = replica; DELETE FROM alert_rules WHERE id = '${kept}'; DELETE FROM alert_rule_changes`,
    );
    await store.alertAdmin.removeRule(added);
    await using other = createPostgresStore({ connectionString: url, applicationName: 'other' });
    const [mine, others] = [await store.alerts.rules(undefined), await other.alerts.rules(undefined)];
    assert.deepEqual([mine?.version, mine?.rules], [others?.version, others?.rules]);
  });

  test('what PostgreSQL refuses of alerts is told and keeps neither ticks nor other firings from being stored', async () => {
    const { store, events } = opened;
    const ruleId = await store.alertAdmin.addRule(RULE);
    await using member = await lead(store, ['BATS/0'], 'refused');
    const make = new BatchMaker();
    const tick = make.tick('REFUSED', '1', undefined, 'BATS');
    const good = [fired(ruleId, tick), fired(ruleId, tick)];
    const bad = fired(ruleId, tick, { price: 'no price' as DecimalText, ruleName: 'A bad one' });
    await member.commit(make.batches([tick]), {
      version: await version(),
      phases: [],
      firings: [good[0] as AlertFired, bad, good[1] as AlertFired],
    });
    const kept = await ask(opened.url, "SELECT FROM alert_firings WHERE stock_name = 'REFUSED'");
    assert.equal(kept.length, 2);
    assert.equal((await ask(opened.url, "SELECT FROM stock_prices WHERE stock_name = 'REFUSED'")).length, 1);
    const told = events.find((event) => event.type === 'alert_refused');
    assert.equal(told?.rule, 'A bad one');
  });

  test('who leads a lane no more records nothing of it', async () => {
    await using first = await lead(opened.store, ['LSE/0'], 'first');
    const alerts = { version: await version(), phases: [], firings: [] };
    await ask(opened.url, "UPDATE ingest_positions SET owner = 'another', epoch = epoch + 1 WHERE lane = 'LSE/0'");
    await assert.rejects(first.recordAlerts(['LSE/0'], alerts), LeaseLostError);
  });

  test('a rule that watches something else begins anew; one that is gone leaves its firings', async () => {
    const { store } = opened;
    const ruleId = await store.alertAdmin.addRule(RULE);
    await using member = await lead(store, ['XETRA/0'], 'anew');
    const make = new BatchMaker();
    const tick = make.tick('ANEW', '1', undefined, 'XETRA');
    const alerts = { version: await version(), phases: [phase(ruleId, tick)], firings: [fired(ruleId, tick)] };
    await member.commit(make.batches([tick]), alerts);
    assert.equal(await store.alertAdmin.changeRule(ruleId, { ...RULE, isEnabled: false }, true), true);
    assert.deepEqual(await store.alerts.phases([ruleId], 'XETRA'), []);
    await member.recordAlerts(['XETRA/0'], { ...alerts, version: await version() });
    assert.deepEqual(await store.alerts.phases([ruleId], 'XETRA'), [], 'of the revision before');
    const row = (await store.alerts.rules(undefined))?.rules.find(({ id }) => id === ruleId);
    assert.deepEqual([row?.revision, row?.isEnabled], [2, false]);
    assert.equal(await store.alertAdmin.removeRule(ruleId), true);
    assert.equal(await store.alertAdmin.removeRule(ruleId), false);
    assert.equal((await ask(opened.url, "SELECT FROM alert_firings WHERE stock_name = 'ANEW'")).length, 1);
  });
});

describe('what rules need to know of the past', () => {
  /** Ticks of three stocks that go up and down, some late, over hours and three days. */
  function walk(make: BatchMaker, end: number): readonly SequencedTick[] {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const ticks: SequencedTick[] = [];
    for (const stock of ['MEM_A', 'MEM_B', 'MEM_C']) {
      let price = 10_000;
      const add = (time: number): void => {
        price += random(41) - 20;
        ticks.push(make.tick(stock, (price / 100).toFixed(2), time, 'MEMORY'));
      };
      for (const days of [3, 2, 1]) add(end - days * 86_400_000_000);
      for (let minutes = 180; minutes > 10; minutes -= 1) add(end - minutes * 60_000_000 - random(60_000_000));
      for (let i = 400; i > 0; i--) add(end - i * 1_500_000 - random(i % 10 === 0 ? 300_000_000 : 1_000_000));
    }
    return ticks;
  }

  test('a memory answers as all ticks do, of days that are sealed too, with minutes or without', async () => {
    const { store } = opened;
    await using member = await lead(store, ['MEMORY/0'], 'memory');
    const make = new BatchMaker();
    const end = Date.parse('2026-11-20T15:00:31.5Z') * 1000;
    const ticks = walk(make, end);
    await member.commit(make.batches(ticks));
    const needs = { stocks: undefined, tickSeconds: 600, minuteSeconds: 7260, days: 2 };
    const question = { ...needs, exchange: 'MEMORY', lane: 0, lanes: 1 };
    const check = async (hasMinutes = true): Promise<void> => {
      const memory = await store.alerts.memory(question);
      assert.equal(memory.length, 3);
      for (const one of memory)
        assertRemembers(one, { ...needs, hasMinutes, ticks: ticks.filter(({ stock }) => stock === one.stock) });
      const spans = memory.reduce((sum, one) => sum + one.spans.length, 0);
      assert.ok(spans < ticks.length / 3, `${spans} of ${ticks.length}: what later ones are beyond is left out`);
    };
    await check();
    await store.sealDay('2026-11-20');
    await check();
    assert.ok((await store.dropMinutes()) > 0);
    await check(false);
    const few = await store.alerts.memory({
      ...question,
      stocks: ['MEM_B'],
      tickSeconds: 0,
      minuteSeconds: 0,
      days: 0,
    });
    assert.deepEqual(
      few.map(({ stock, spans, days }) => [stock, spans.length, days.length]),
      [['MEM_B', 0, 0]],
    );
    const lanes = [0, 1].map((lane) => store.alerts.memory({ ...question, lane, lanes: 2 }));
    assert.equal((await Promise.all(lanes)).flat().length, 3);
  });

  test('a tick that is dated ahead is the last one only as long as no other came', async () => {
    const { store } = opened;
    await using member = await lead(store, ['AHEAD/0'], 'ahead');
    const make = new BatchMaker();
    const now = nowMicros();
    const ticks = [make.tick('AHEAD', '1', now - 1000, 'AHEAD'), make.tick('AHEAD', '2', now + 60_000_000, 'AHEAD')];
    const last = async (): Promise<string | undefined> => {
      const needs = { stocks: ['AHEAD'], tickSeconds: 10, minuteSeconds: 0, days: 0 };
      return (await store.alerts.memory({ ...needs, exchange: 'AHEAD', lane: 0, lanes: 1 }))[0]?.last.price;
    };
    await member.commit(make.batches(ticks));
    assert.equal(await last(), '2');
    await member.commit(make.batches([make.tick('AHEAD', '3', now - 500, 'AHEAD')]));
    assert.equal(await last(), '3');
  });
});
