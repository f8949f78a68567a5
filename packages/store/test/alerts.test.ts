import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { AlertFired, AlertPhase, DecimalText, SequencedTick } from '@tickwatch/core';
import { type AlertChanges, AlertConflictError, LeaseLostError, RulesChangedError } from '../src/index.ts';
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
    await member.commit(batches, { version: await version(), phases: [], firings: [] });
    assert.equal((await ask(opened.url, "SELECT FROM stock_prices WHERE stock_name = 'AGAIN'")).length, 1);
    assert.equal(await store.alerts.rules(await version()), undefined);
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
