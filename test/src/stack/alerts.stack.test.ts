import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ALERTS_CHANNEL, type AlertDelivery, type AlertFiring, type AlertMessage } from '@tickwatch/core';
import { until } from '../servers/until.ts';
import { composed, docker } from './docker.ts';
import { askJson } from './front-door.ts';
import { withBackend } from './second-backend.ts';
import { createWatcher } from './watcher.ts';

const TOKEN = `token-${randomUUID()}`;
const MARK = randomUUID().slice(0, 8);
const STOCK = `ALERT.${MARK.toUpperCase()}`;
/** A neighbour of the notifier, which the world outside can't reach. */
const INNER = 'http://backend:5050/healthz';

const publish = (price: string) => docker('exec', 'redis', 'redis-cli', 'PUBLISH', 'NYSE', `${STOCK}:${price}`);

test('a rule fires once at a price published by hand, and a receiver within the stack is not told', async () => {
  const { ADMIN_DATABASE_URL = '' } = await composed('backend', { ADMIN_TOKEN: TOKEN });
  await withBackend({ ADMIN_TOKEN: TOKEN, ADMIN_DATABASE_URL, SESSIONS_FILE: '' }, async (ask) => {
    const admin = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const answer = await ask(TOKEN, method, `/api/alerts${path}`, body);
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.body}`);
      return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
    };
    const watcher = createWatcher('ws://localhost/connection/websocket');
    const heard: AlertFiring[] = [];
    const subscription = watcher.newSubscription(ALERTS_CHANNEL);
    subscription.on('publication', ({ data }) => heard.push(...(data as AlertMessage).firings));
    subscription.subscribe();
    watcher.connect();
    const receiver = { type: 'webhook', name: `inner-${MARK}`, url: INNER };
    const { id: receiverId } = await until(() => admin<{ id: string }>('POST', '/receivers', receiver), {
      what: 'a receiver',
    });
    const condition = { type: 'price_crosses', direction: 'up', level: '100' };
    const rule = { name: `over 100 ${MARK}`, condition, exchange: 'NYSE', stocks: [STOCK], receivers: [receiver.name] };
    const { id } = await admin<{ id: string }>('POST', '/rules', rule);
    try {
      await subscription.ready(10_000);
      for (const price of ['99.50', '100.50', '101.00']) await publish(price);
      const isOurs = (firing: AlertFiring): boolean => firing.rule_id === id;
      const told = await until(() => heard.find(isOurs), { what: 'the firing on the channel' });
      assert.deepEqual([told.rule_name, told.stock_name, told.price], [rule.name, STOCK, '100.50']);

      // Fired is what is stored; all three ticks are by the time at which the last of them is.
      const ticks = `http://localhost/api/prices/${STOCK}`;
      const stored = async () => (await askJson<readonly unknown[]>(ticks)).length === 3;
      await until(stored, { what: 'three ticks', everyMs: 200 });
      const firings = await askJson<readonly AlertFiring[]>(`http://localhost/api/alerts/firings?rule=${id}`);
      assert.deepEqual(
        firings.map((firing) => firing.id),
        [told.id],
      );
      assert.equal(heard.filter(isOurs).length, 1);

      const refused = async () => {
        const all = await admin<readonly AlertDelivery[]>('GET', `/firings/${told.id}/deliveries`);
        return all.find(({ error }) => error !== null);
      };
      const delivery = await until(refused, { what: 'a refusal', everyMs: 200 });
      assert.match(delivery.error ?? '', /ALERT_PRIVATE_TARGETS/);
      assert.equal(delivery.delivered, null);
    } finally {
      watcher.disconnect();
      await admin('DELETE', `/rules/${id}`);
      await admin('DELETE', `/receivers/${receiverId}`);
    }
  });
});
