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
    const tick = await until(() => heard.find(isOurs), { what: 'the tick by hand' });
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

test('other channels are refused', async () => {
  await watching(async (watcher) => {
    for (const channel of ['LSE', 'nasdaq', 'NYSE2', 'foreign:LSE', '$NYSE', 'Börse']) {
      await assert.rejects(firstMessage(watcher, channel, 5000), /unknown channel|bad request/, channel);
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

interface Return {
  readonly recovered: boolean;
  /** Numbers of all publications that the client has seen, in the order in which they came. */
  readonly offsets: readonly number[];
  /** How many of them came before it was away. */
  readonly before: number;
  /** From the new connection to the first publication, ms. */
  readonly waited: number;
}

/** Publishes on NASDAQ by hand until so many publications, bundled or not, have reached a client that stays. */
async function publishUntil(count: number): Promise<void> {
  await watching(async (staying) => {
    let seen = 0;
    const subscription = staying.newSubscription('NASDAQ');
    subscription.on('publication', () => seen++);
    subscription.subscribe();
    staying.connect();
    await subscription.ready(10_000);
    const spaced = ['exec', 'redis', 'redis-cli', '-r', '20', '-i', '0.005', 'PUBLISH', 'NASDAQ', 'MISSED:1'];
    const published = async (): Promise<boolean> => {
      await docker(...spaced);
      return seen >= count;
    };
    await until(published, { what: `${count} publications`, everyMs: 1 });
  });
}

/** Lets a client of NASDAQ miss so many publications, or a few more, and come back. */
async function comeBack(missed: number): Promise<Return> {
  let result: Return | undefined;
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
    await publishUntil(missed);
    const began = performance.now();
    watcher.connect();
    await until(() => recovered !== undefined, { what: 'the reply' });
    await until(() => offsets.length > before, { what: 'a publication', everyMs: 5 });
    const waited = performance.now() - began;
    await until(() => offsets.length > before + 3, { what: 'the flow going on' });
    result = { recovered: recovered === true, offsets, before, waited };
  });
  return result ?? assert.fail('nothing came back');
}

const isUnbroken = (offsets: readonly number[]): boolean =>
  offsets.every((offset, i) => i === 0 || offset === (offsets[i - 1] ?? 0) + 1);

test('a client that missed some publications gets them all', async () => {
  const { recovered, offsets } = await comeBack(30);
  assert.equal(recovered, true);
  assert.ok(isUnbroken(offsets), `a hole: ${offsets.join(' ')}`);
});

test('a client that missed 600 publications is told so and live at once', async (t) => {
  const { recovered, offsets, before, waited } = await comeBack(600);
  t.diagnostic(`a publication ${waited.toFixed(0)} ms after the connection`);
  assert.equal(recovered, false);
  assert.ok((offsets[before] ?? 0) - (offsets[before - 1] ?? 0) > 100, 'old publications came');
  assert.ok(isUnbroken(offsets.slice(before)), 'a hole since');
  assert.ok(waited < 2000, `the first publication took ${waited} ms`);
});
