import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { LiveMessage, Replay } from '@tickwatch/core';
import { until } from '../servers/until.ts';
import { composed } from './docker.ts';
import { askJson } from './front-door.ts';
import { withBackend } from './second-backend.ts';
import { createWatcher } from './watcher.ts';

const TOKEN = `token-${randomUUID()}`;

interface ReplayMessage extends LiveMessage {
  readonly replay: { readonly seek: number; readonly time: string; readonly state: string };
}

/** What compose gives a backend that may publish replays. */
async function settingsOfReplays(): Promise<Record<string, string>> {
  const {
    ADMIN_DATABASE_URL = '',
    CENTRIFUGO_API_URL = '',
    CENTRIFUGO_API_KEY = '',
  } = await composed('backend', {
    ADMIN_TOKEN: TOKEN,
  });
  return { ADMIN_TOKEN: TOKEN, ADMIN_DATABASE_URL, CENTRIFUGO_API_URL, CENTRIFUGO_API_KEY, SESSIONS_FILE: '' };
}

test('a replay is heard through nginx and Centrifugo: all its ticks once, in order, also behind a torn line', async () => {
  // What is 20 s old changes no more.
  const [to, from] = [20_000, 50_000].map((ago) => new Date(Date.now() - ago).toISOString());
  const range = `start_time=${from}&end_time=${to}`;
  const expected = await askJson<readonly { readonly stock_name: string; readonly timestamp: string }[]>(
    `http://localhost/api/ticks?${range}&format=json`,
  );
  assert.ok(expected.length > 10, `${expected.length} ticks of the generator`);
  await withBackend(await settingsOfReplays(), async (ask) => {
    const admin = async (method: string, path: string, body?: object): Promise<Replay> => {
      const answer = await ask(TOKEN, method, `/api/replays${path}`, body);
      assert.ok(answer.status < 300, answer.body);
      return JSON.parse(answer.body) as Replay;
    };
    const made = await until(() => admin('POST', '', { from, to, speed: 10 }), { what: 'a replay' });
    const watcher = createWatcher('ws://localhost/connection/websocket');
    try {
      const heard: ReplayMessage[] = [];
      const recovered: boolean[] = [];
      const subscription = watcher.newSubscription(made.channel);
      subscription.on('publication', ({ data }) => heard.push(data as ReplayMessage));
      subscription.on('subscribed', (context) => recovered.push(context.recovered));
      subscription.subscribe();
      watcher.connect();
      await subscription.ready(10_000);
      await until(() => heard.some(({ ticks }) => ticks.length > 0), { what: 'a first tick' });
      watcher.disconnect();
      watcher.connect();
      await until(() => heard.at(-1)?.replay.state === 'ended', { what: 'the end' });
      assert.deepEqual(recovered, [false, true]);
      const keys = heard.flatMap(({ ticks }) => ticks).map(({ stock_name, timestamp }) => `${stock_name} ${timestamp}`);
      assert.deepEqual(
        keys,
        expected.map(({ stock_name, timestamp }) => `${stock_name} ${timestamp}`),
      );
      const held = await admin('GET', `/${made.id}`);
      assert.deepEqual([held.state, held.ticks, held.listeners], ['ended', expected.length, 1]);
      await admin('POST', `/${made.id}/seek`, { time: from });
      await until(() => heard.some(({ replay, ticks }) => replay.seek === 1 && ticks.length > 0), { what: 'a seek' });
      const gone = new Promise((resolve) => subscription.on('unsubscribed', resolve));
      await admin('DELETE', `/${made.id}`);
      await gone;
      assert.equal(watcher.state, 'connected');
    } finally {
      watcher.disconnect();
    }
  });
});
