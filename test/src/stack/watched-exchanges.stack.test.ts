import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, tryDocker } from './docker.ts';
import { createWatcher, firstMessage } from './watcher.ts';

/** Starts what knows exchanges with other ones. */
async function watch(exchanges: Readonly<Record<string, string>>): Promise<void> {
  const up = ['compose', 'up', '--detach', '--wait', '--wait-timeout', '120'];
  const { code, stderr } = await tryDocker([...up, 'centrifugo', 'subscriber', 'stock_generator', 'nginx'], exchanges);
  assert.equal(code, 0, stderr);
}

test('an exchange more in EXCHANGES is live and stored; one that is not named is refused', async () => {
  await watch({ EXCHANGES: 'NASDAQ,NYSE,LSE' });
  try {
    const watcher = createWatcher('ws://localhost/connection/websocket');
    try {
      const heard = firstMessage(watcher, 'LSE', 20_000);
      const stock = `LONDON${Date.now() % 100_000}`;
      const publish = async (): Promise<boolean> => {
        await docker('exec', 'redis', 'redis-cli', 'PUBLISH', 'LSE', `${stock}:12.50`);
        return Promise.race([heard.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
      };
      await until(publish, { what: 'a message on LSE', everyMs: 300 });
      assert.equal((await heard).ticks[0]?.exchange_name, 'LSE');
      await firstMessage(watcher, 'NYSE');
      await assert.rejects(firstMessage(watcher, 'TSE', 5000), /bad request/);
    } finally {
      watcher.disconnect();
    }
  } finally {
    await watch({});
  }
});

test('a list that is none stops Centrifugo, with a message', async () => {
  const run = ['compose', 'run', '--rm', '--no-deps', '--name', 'tickwatch-wrong-exchanges', 'centrifugo'];
  const { code, stderr, stdout } = await tryDocker(run, { EXCHANGES: 'NASDAQ,.*' });
  assert.notEqual(code, 0);
  assert.match(stderr + stdout, /EXCHANGES is "NASDAQ,\.\*"; it is a list like/);
});
