import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { LiveMessage } from '@tickwatch/core';
import type { Centrifuge } from 'centrifuge';
import { until } from '../servers/until.ts';
import { docker } from './docker.ts';
import { scaleUp } from './scale.ts';
import { createWatcher } from './watcher.ts';

const NODES = ['centrifugo', 'centrifugo-2'] as const;
const THROUGH_NGINX = 'ws://localhost/connection/websocket';
const EXCHANGE = 'NASDAQ';

before(scaleUp);

/** Someone who watches an exchange, and keeps all that came. */
interface Viewer {
  readonly watcher: Centrifuge;
  /** Publications by their numbers, in the order in which they came. */
  readonly heard: { readonly offset: number; readonly text: string }[];
  /** Whether what it missed could be given, of each time that it came back. */
  readonly recovered: boolean[];
}

function view(url: string): Viewer {
  const viewer: Viewer = { watcher: createWatcher(url), heard: [], recovered: [] };
  const subscription = viewer.watcher.newSubscription(EXCHANGE);
  subscription.on('publication', ({ offset = 0, data }) => {
    viewer.heard.push({ offset, text: JSON.stringify((data as LiveMessage).ticks) });
  });
  subscription.on('subscribed', ({ wasRecovering, recovered }) => {
    if (wasRecovering) viewer.recovered.push(recovered);
  });
  subscription.subscribe();
  viewer.watcher.connect();
  return viewer;
}

/** Nothing is missing, doubled or out of order, and of one number all were sent the same. */
function assertSame(viewers: readonly Viewer[]): void {
  const sent = new Map<number, string>();
  for (const { heard } of viewers) {
    for (const [i, { offset, text }] of heard.entries()) {
      const before = heard[i - 1];
      if (before !== undefined) assert.equal(offset, before.offset + 1);
      assert.equal(text, sent.get(offset) ?? text, `publication ${offset}`);
      sent.set(offset, text);
    }
  }
}

/** A node's own address, past nginx. */
const addressOf = (node: string): Promise<string> =>
  docker('inspect', '--format', '{{.NetworkSettings.Networks.tickwatch_edge.IPAddress}}:8000', node);

async function clientsOf(node: string): Promise<number> {
  const metrics = await (await fetch(`http://${await addressOf(node)}/metrics`)).text();
  return Number(/^centrifugo_node_num_clients(?:\{[^}]*\})? (\d+)$/m.exec(metrics)?.[1] ?? assert.fail(metrics));
}

const newest = ({ heard }: Viewer): number => heard.at(-1)?.offset ?? 0;

async function untilAllHave(viewers: readonly Viewer[], more: number): Promise<void> {
  const wanted = Math.max(...viewers.map(newest)) + more;
  const have = (): boolean => viewers.every((viewer) => newest(viewer) >= wanted);
  await until(have, { what: `publication ${wanted} at all viewers` });
}

test('viewers of each node are sent the same ticks in the same order', async () => {
  const addresses = await Promise.all(NODES.map(addressOf));
  const viewers = addresses.map((address) => view(`ws://${address}/connection/websocket`));
  try {
    await until(() => viewers.every(({ heard }) => heard.length > 0), { what: 'a first publication at each' });
    await untilAllHave(viewers, 50);
    assertSame(viewers);
  } finally {
    for (const { watcher } of viewers) watcher.disconnect();
  }
});

test('nginx sends viewers to both nodes; when one is killed, its own go on at the other and miss nothing', async (t) => {
  const viewers: Viewer[] = [];
  try {
    const areOnBoth = async (): Promise<boolean> => {
      viewers.push(view(THROUGH_NGINX), view(THROUGH_NGINX));
      await until(() => viewers.every(({ heard }) => heard.length > 0), { what: 'a first publication at each' });
      return (await Promise.all(NODES.map(clientsOf))).every((count) => count > 0);
    };
    // A node counts now and then: until it has, those of the test before are among them.
    const isNobody = async (): Promise<boolean> =>
      (await Promise.all(NODES.map(clientsOf))).every((count) => count === 0);
    await until(isNobody, { what: 'nobody of the test before' });
    await until(areOnBoth, { what: 'viewers on both nodes' });
    const began = performance.now();
    await docker('kill', 'centrifugo-2');
    try {
      await until(() => viewers.some(({ recovered }) => recovered.length > 0), { what: 'one that came back' });
      await untilAllHave(viewers, 50);
      t.diagnostic(`all of ${viewers.length} had 50 more after ${(performance.now() - began).toFixed(0)} ms`);
    } finally {
      await docker('start', 'centrifugo-2');
    }
    const moved = viewers.filter(({ recovered }) => recovered.length > 0);
    assert.ok(moved.length < viewers.length, 'those of the other node stayed');
    assert.deepEqual([...new Set(moved.flatMap(({ recovered }) => recovered))], [true]);
    assertSame(viewers);
    assert.equal(await docker('exec', 'redis-live', 'redis-cli', 'ACL', 'LOG'), '', 'the nodes need no right more');
  } finally {
    for (const { watcher } of viewers) watcher.disconnect();
  }
});
