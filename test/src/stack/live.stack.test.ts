import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Centrifuge } from 'centrifuge';
import { until } from '../servers/until.ts';
import { docker } from './docker.ts';
import { ownCertificate } from './front-door.ts';
import { createWatcher, firstMessage, type WatcherOptions } from './watcher.ts';

const PLAIN = 'ws://localhost/connection/websocket';

async function watching(work: (watcher: Centrifuge) => Promise<void>, url = PLAIN, options: WatcherOptions = {}) {
  const watcher = createWatcher(url, options);
  try {
    await work(watcher);
  } finally {
    watcher.disconnect();
  }
}

test('prices of both exchanges reach a client through nginx, over ws and wss', async () => {
  const ca = await ownCertificate();
  for (const url of [PLAIN, 'wss://localhost/connection/websocket']) {
    const read = async (watcher: Centrifuge): Promise<void> => {
      for (const exchange of ['NASDAQ', 'NYSE']) {
        const { ticks } = await firstMessage(watcher, exchange);
        assert.ok(ticks.length > 0);
        assert.equal(ticks[0]?.exchange_name, exchange);
      }
    };
    await watching(read, url, { ca });
  }
});

test('a message published by hand is seen live with its digits', async () => {
  await watching(async (watcher) => {
    const heard: unknown[] = [];
    const subscription = watcher.newSubscription('NYSE');
    subscription.on('publication', ({ data }) => heard.push(...data.ticks));
    subscription.subscribe();
    watcher.connect();
    await subscription.ready(10_000);
    await docker('exec', 'redis', 'redis-cli', 'PUBLISH', 'NYSE', 'BY.HAND:723.02');
    const isOurs = (tick: unknown): boolean => (tick as { stock_name: string }).stock_name === 'BY.HAND';
    const tick = await until(() => heard.find(isOurs), { what: 'the tick by hand', timeoutMs: 5000 });
    assert.equal((tick as { price: number }).price, 723.02);
  });
});

test('nobody publishes but the subscriber', async () => {
  await watching(async (watcher) => {
    const subscription = watcher.newSubscription('NYSE');
    subscription.subscribe();
    watcher.connect();
    await subscription.ready(10_000);
    await assert.rejects(subscription.publish({ ticks: [] }), { code: 103 });
    await assert.rejects(watcher.publish('NASDAQ', { ticks: [] }), { code: 103 });
  });
});

// Which names without a namespace are refused is left to channel_regex, which the local stand-in of Centrifugo only
// mentions in a warning; the original image would refuse "LSE" here as well.
test('other channels are refused', async () => {
  await watching(async (watcher) => {
    for (const channel of ['foreign:LSE', '$NYSE', 'Börse']) {
      await assert.rejects(
        firstMessage(watcher, channel, 5000),
        /permission denied|unknown channel|bad request/,
        channel,
      );
    }
  });
});

test('a page of another origin gets no connection, one of ours does', async () => {
  await watching((watcher) => assert.rejects(firstMessage(watcher, 'NYSE', 2500)), PLAIN, {
    origin: 'https://elsewhere.example',
  });
  for (const origin of ['http://localhost', 'http://localhost:8080']) {
    const read = async (watcher: Centrifuge): Promise<void> => {
      assert.ok((await firstMessage(watcher, 'NYSE')).ticks.length > 0);
    };
    await watching(read, PLAIN, { origin });
  }
});

test('a client that was away gets what it missed, also when that is more than 300 publications', async () => {
  await watching(async (watcher) => {
    const offsets: number[] = [];
    let recovered: boolean | undefined;
    const subscription = watcher.newSubscription('NASDAQ');
    subscription.on('publication', ({ offset }) => offsets.push(offset ?? 0));
    subscription.on('subscribed', (context) => {
      if (context.wasRecovering) recovered = context.recovered;
    });
    subscription.subscribe();
    watcher.connect();
    await subscription.ready(10_000);
    await until(() => offsets.length > 0, { what: 'a first publication' });
    watcher.disconnect();
    const before = offsets.length;
    // Each message alone is one publication, if the one before has left already.
    const script = "redis.call('PUBLISH', 'NASDAQ', 'MISSED:' .. ARGV[1])";
    const commands = Array.from({ length: 600 }, (_, i) => `EVAL "${script}" 0 ${i + 1}`).join('\n');
    await docker(
      'exec',
      'redis',
      'sh',
      '-c',
      `printf '%s' '${commands.replaceAll("'", `'"'"'`)}' | redis-cli >/dev/null`,
    );
    watcher.connect();
    await until(() => recovered !== undefined, { what: 'a recovery' });
    assert.equal(recovered, true);
    await until(() => offsets.length > before + 1, { what: 'what was missed' });
    for (let i = 1; i < offsets.length; i++) assert.equal(offsets[i], (offsets[i - 1] ?? 0) + 1, 'a hole');
  });
});
