import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AlertFiring } from '@tickwatch/core';
import { createAlertOutbox, createPostgresStore, type PostgresStore } from '@tickwatch/store';
import { startTestPostgres } from '@tickwatch/store/test-postgres';
import { httpReceiver, testNotifier, until } from './notifier-kit.ts';

const opened: (() => Promise<unknown>)[] = [];
let databaseUrl: string;
let store: PostgresStore;

before(async () => {
  const server = await startTestPostgres();
  opened.unshift(() => Promise.resolve(server[Symbol.asyncDispose]()));
  databaseUrl = server.connectionString;
  store = createPostgresStore({
    connectionString: databaseUrl,
    applicationName: 'notifier-test',
    statementTimeoutMs: 60_000,
  });
  opened.unshift(() => Promise.resolve(store[Symbol.asyncDispose]()));
  await store.migrate();
});

after(async () => {
  for (const close of opened) await close();
});

async function addReceiver(name: string, target: string): Promise<string> {
  return await store.alertAdmin.addReceiver({ name, type: 'webhook', target, secret: 'a secret of the desk' });
}

/** Firings of it, to one receiver. @returns their ids */
async function fire(receiverId: string, times: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < times; at++) ids.push((await store.alertAdmin.testReceiver(receiverId)) ?? '');
  return ids;
}

describe('on PostgreSQL', () => {
  test('notifiers share what fires: each firing is sent once, and told live by each', async () => {
    await using server = await httpReceiver();
    const told: AlertFiring[][] = [[], []];
    const channel = (at: number) => ({
      publish: async (firings: readonly AlertFiring[]) => void told[at]?.push(...firings),
      [Symbol.asyncDispose]: async () => {},
    });
    await using one = await testNotifier({ databaseUrl, live: channel(0) });
    await using other = await testNotifier({ databaseUrl, live: channel(1) });
    const isReady = () => [one, other].every(({ notifier }) => notifier.readiness().outbox?.ok === true);
    await until('both are ready', isReady);
    const desk = await addReceiver('desk', server.url);
    // The live channel is read from some moment after the start on.
    await until('both tell live', async () => {
      await fire(desk, 1);
      return told.every((firings) => firings.length > 0);
    });
    const ids = await fire(desk, 20);
    const isTold = (id: string) => told.every((firings) => firings.some((firing) => firing.id === id));
    await until('all are told live', () => ids.every(isTold));
    const keys = () => server.received.map(({ headers }) => headers['idempotency-key']);
    await until('all are delivered', () => ids.every((id) => keys().includes(id)));
    assert.equal(new Set(keys()).size, keys().length, 'none is sent twice');
    const [last] = server.received.slice(-1).map(({ body }) => JSON.parse(body) as AlertFiring);
    assert.deepEqual(
      told[0]?.find(({ id }) => id === last?.id),
      last,
      'pages hear of what webhooks do',
    );
  });

  test('what somebody claimed who died is sent when the claim ends', async () => {
    await using server = await httpReceiver();
    const desk = await addReceiver('died', server.url);
    const [id] = await fire(desk, 1);
    await using outbox = createAlertOutbox({ connectionString: databaseUrl, applicationName: 'died' });
    assert.equal((await outbox.claim(desk, 1, 300)).length, 1);
    await using _running = await testNotifier({ databaseUrl });
    await until('it is delivered', () => server.received.length > 0);
    assert.equal(server.received[0]?.headers['idempotency-key'], id);
  });
});
