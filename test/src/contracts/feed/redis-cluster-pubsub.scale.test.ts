import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { laneName, lanesOf } from '@tickwatch/core';
import { OrderedRedisSink } from '@tickwatch/feed';
import { type RedisCluster, type RedisServer, startRedisCluster, until } from '../../servers/index.ts';
import { type ClusterSetup, fourLanes, keyOf, setUpOn, stocksOfLanes } from './redis-cluster-set-up.ts';

const NASDAQ_LANES = lanesOf(new Map([['NASDAQ', 4]]));
const stocks = stocksOfLanes(4);

let cluster: RedisCluster;
before(async () => {
  cluster = await startRedisCluster();
});
after(() => cluster?.[Symbol.asyncDispose]());

/** What a source tells: messages, and since when it listens to which lanes (again). */
async function listen(setup: ClusterSetup) {
  const feed = await setup.openFeed({ isStarted: false });
  if (feed.kind !== 'push') assert.fail();
  const { source } = feed;
  const heard: string[] = [];
  const began: string[] = [];
  source.start((exchange, messages, since, lane) => {
    if (exchange !== 'NASDAQ') return;
    heard.push(...messages.map(({ payload }) => Buffer.from(payload).toString()));
    if (since !== undefined) began.push(lane ?? 'all');
  });
  const isWhole = (): boolean => NASDAQ_LANES.every((lane) => source.status(lane).state === 'connected');
  await until(isWhole, { what: 'all lanes being listened to' });
  return { source, heard, began, isWhole };
}

/** A message of each lane, until each was heard by somebody. */
async function round(setup: ClusterSetup, n: number): Promise<void> {
  for (const stock of stocks) {
    await until(async () => (await setup.sink.publish('NASDAQ', [`${stock}:${n}`])).unheard === 0);
  }
}

function expected(n: number): readonly string[] {
  return stocks.map((stock) => `${stock}:${n}`);
}

/** Lanes whose channel a node leads. */
async function lanesAt(node: RedisServer): Promise<readonly string[]> {
  const leaders = await Promise.all(NASDAQ_LANES.map((lane) => cluster.leaderOf(keyOf(lane))));
  return NASDAQ_LANES.filter((_, i) => leaders[i] === node);
}

describe('Pub/Sub of a Redis Cluster with four lanes', { timeout: 120_000 }, () => {
  it('goes by a sharded channel of each lane, and by the channel of the exchange from any node', async () => {
    await using setup = await setUpOn(cluster, 'pubsub', fourLanes);
    assert.deepEqual(await setup.sink.publish('NASDAQ', expected(0)), { unheard: 4 });
    const { heard, began } = await listen(setup);
    assert.deepEqual([...began].sort(), [...NASDAQ_LANES, 'all'].sort());
    await round(setup, 1);
    for (const node of cluster.nodes.slice(0, 3)) await cluster.run(node, 'PUBLISH', 'NASDAQ', `X${node.port}:1`);
    await until(() => heard.length === 7, { what: 'seven messages' });
    assert.deepEqual(
      [...heard].sort(),
      [...expected(1), ...cluster.nodes.slice(0, 3).map(({ port }) => `X${port}:1`)].sort(),
    );
  });

  it('interrupts only the lane whose slot moves', async () => {
    await using setup = await setUpOn(cluster, 'pubsub', fourLanes);
    const { source, heard, began } = await listen(setup);
    began.length = 0;
    const lane = laneName('NASDAQ', 3);
    const leader = await cluster.leaderOf(keyOf(lane));
    const to = cluster.nodes.slice(0, 3).find((node) => node !== leader) ?? leader;
    await cluster.moveSlot(keyOf(lane), to, {
      // Until the move ends the channel stays where it was.
      after: async () => assert.deepEqual(await setup.sink.publish('NASDAQ', [`${stocks[3]}:1`]), { unheard: 0 }),
    });
    await until(() => began.length > 0, { what: 'the lane being listened to again' });
    await until(() => source.status(lane).state === 'connected');
    await round(setup, 2);
    await until(() => heard.length >= 5);
    assert.deepEqual([...heard].sort(), [`${stocks[3]}:1`, ...expected(2)].sort());
    assert.deepEqual(began, [lane]);
  });

  it('interrupts only lanes of a node that is lost, until its replica leads', async () => {
    await using setup = await setUpOn(cluster, 'pubsub', fourLanes);
    const { source, heard, began, isWhole } = await listen(setup);
    began.length = 0;
    const key = keyOf(laneName('NASDAQ', 0));
    const leader = await cluster.leaderOf(key);
    const concerned = await lanesAt(leader);
    const isClassicThere = (await cluster.leaderOf('NASDAQ')) === leader;
    const losing = cluster.loseLeader(key);
    await until(() => source.status(laneName('NASDAQ', 0)).state === 'disconnected');
    await losing;
    await until(isWhole, { what: 'all lanes being listened to again' });
    await round(setup, 1);
    await until(() => expected(1).every((message) => heard.includes(message)));
    const lanes = isClassicThere ? [...concerned, 'all'] : concerned;
    assert.deepEqual([...new Set(began)].sort(), [...lanes].sort());
    await leader.restart();
    await cluster.settled();
  });
});

describe('messages that are published in one order to a Redis Cluster', { timeout: 120_000 }, () => {
  it('keep it in each stream, also while its slot moves', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    await using sink = new OrderedRedisSink(cluster.url, 'streams');
    await sink.connect();
    const keys = NASDAQ_LANES.map(keyOf);
    const calls: Promise<unknown>[] = [];
    const publish = (from: number, to: number): void => {
      for (let n = from; n < to; n++) {
        const messages = keys.map((key) => ({ to: key, message: String(n) }));
        calls.push(sink.publish(messages));
      }
    };
    const key = keys[0] ?? '';
    const leader = await cluster.leaderOf(key);
    const to = cluster.nodes.slice(0, 3).find((node) => node !== leader) ?? leader;
    publish(0, 50);
    await Promise.all(calls);
    await cluster.moveSlot(key, to, { before: async () => publish(50, 100), after: async () => publish(100, 150) });
    publish(150, 200);
    await Promise.all(calls);
    for (const stream of keys) {
      const entries = (await cluster.runAt(stream, 'XRANGE', stream, '-', '+')) as readonly [
        string,
        [string, string],
      ][];
      assert.deepEqual(
        entries.map(([, [, text]]) => Number(text)),
        [...Array(200).keys()],
      );
    }
    assert.deepEqual(setup.events, []);
  });
});
