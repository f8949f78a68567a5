import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LaneName, laneName, lanesOf } from '@tickwatch/core';
import type { Feed, LogEntry } from '@tickwatch/feed';
import { ResourceStack } from '@tickwatch/runtime';
import { type RedisCluster, type RedisServer, startRedisCluster, until } from '../../servers/index.ts';
import { type Following, following, pointAfter, texts } from './feed-helpers.ts';
import { type ClusterSetup, fourLanes, keyOf, setUpOn, stocksOfLanes } from './redis-cluster-set-up.ts';

const NASDAQ_LANES = lanesOf(new Map([['NASDAQ', 4]]));
const stocks = stocksOfLanes(4);

let cluster: RedisCluster;
before(async () => {
  cluster = await startRedisCluster();
});
after(() => cluster?.[Symbol.asyncDispose]());

/** Sends one numbered message of each lane. */
async function round(setup: ClusterSetup, n: number, lanes: readonly number[] = [0, 1, 2, 3]): Promise<void> {
  for (const lane of lanes) await setup.publish('NASDAQ', `${stocks[lane]}:${n}`);
}

function numbered(lane: number, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${stocks[lane]}:${from + i}`);
}

function has(reading: Following | undefined, message: string): Promise<boolean> {
  return until(() => texts(reading?.entries ?? []).includes(message), { what: message, timeoutMs: 15_000 });
}

function holesOf(entries: readonly LogEntry[]): readonly string[] {
  return entries.flatMap(({ holes = [], messages: [first] }) =>
    holes.map(({ reason }) => `${reason} before ${Buffer.from(first?.payload ?? '').toString()}`),
  );
}

async function otherLeader(leader: RedisServer): Promise<RedisServer> {
  for (const lane of NASDAQ_LANES) {
    const other = await cluster.leaderOf(keyOf(lane));
    if (other !== leader) return other;
  }
  throw new Error('one node leads all lanes');
}

async function lead(feed: Feed, lane: LaneName): Promise<string> {
  return (await feed.log.place(undefined, lane)).after;
}

describe('streams of a Redis Cluster', { timeout: 120_000 }, () => {
  it('lose, double and disorder nothing while a slot moves, with a part of its keys here and there', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    const feed = await setup.openFeed();
    await using all = new ResourceStack();
    const readings = NASDAQ_LANES.map((lane) => all.use(following(feed, lane)));
    await round(setup, 1);
    const key = keyOf(laneName('NASDAQ', 0));
    const [from, sentTo] = [await cluster.leaderOf(key), await otherLeader(await cluster.leaderOf(key))];
    await cluster.moveSlot(key, sentTo, {
      before: () => round(setup, 2),
      after: async () => {
        await assert.rejects(cluster.run(from, 'XLEN', key), /^(Simple)?Error: ASK /);
        await round(setup, 3);
        // It is read there before the move ends.
        await has(readings[0], `${stocks[0]}:3`);
      },
    });
    for (let n = 4; n <= 6; n++) await round(setup, n);
    for (const [lane, reading] of readings.entries()) {
      await has(reading, `${stocks[lane]}:6`);
      assert.deepEqual(texts(reading.entries), numbered(lane, 1, 6));
      assert.deepEqual(holesOf(reading.entries), []);
    }
    assert.equal(await cluster.leaderOf(key), sentTo);
    assert.deepEqual(
      setup.events.filter(({ type }) => type !== 'feed_connected'),
      [],
    );
  });

  it('stop no lane of another node while a whole shard is away, and go on when it is back', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    const feed = await setup.openFeed();
    await using all = new ResourceStack();
    const readings = NASDAQ_LANES.map((lane) => all.use(following(feed, lane)));
    await round(setup, 1);
    for (const [lane, reading] of readings.entries()) await has(reading, `${stocks[lane]}:1`);
    const leader = await cluster.leaderOf(keyOf(laneName('NASDAQ', 0)));
    const replica = await cluster.replicaOf(leader);
    const leaders = await Promise.all(NASDAQ_LANES.map((lane) => cluster.leaderOf(keyOf(lane))));
    await Promise.all([replica.kill(), leader.kill()]);
    const state = (lane: number): string => feed.source.status(laneName('NASDAQ', lane)).state;
    await until(() => state(0) === 'disconnected');
    const others = [1, 2, 3].filter((lane) => leaders[lane] !== leader);
    await round(setup, 2, others);
    for (const lane of others) {
      await has(readings[lane], `${stocks[lane]}:2`);
      assert.equal(state(lane), 'connected');
    }
    const began = performance.now();
    await assert.rejects(setup.sink.publish('NASDAQ', [`${stocks[0]}:2`]));
    assert.ok(performance.now() - began < 10_000, 'at once');
    await Promise.all([leader.restart(), replica.restart()]);
    await cluster.settled();
    await round(setup, 3);
    for (const [lane, reading] of readings.entries()) {
      await has(reading, `${stocks[lane]}:3`);
      assert.equal(new Set(texts(reading.entries)).size, texts(reading.entries).length);
    }
    await until(() => state(0) === 'connected');
  });

  it('tell what a failover lost, and read nothing twice, also what was read already', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    const feed = await setup.openFeed();
    const lane = laneName('NASDAQ', 1);
    await using reading = following(feed, lane, await lead(feed, lane));
    await round(setup, 1, [1]);
    await has(reading, `${stocks[1]}:1`);
    await feed.log.committed([pointAfter(feed, lane, reading.entries)]);
    const leader = await cluster.leaderOf(keyOf(lane));
    await until(async () => Number(await cluster.run(leader, 'WAIT', '1', '1000')) > 0);
    const reconnect = await cluster.cutOff(await cluster.replicaOf(leader));
    for (const n of [2, 3]) await round(setup, n, [1]);
    await has(reading, `${stocks[1]}:3`);
    await feed.log.committed([pointAfter(feed, lane, reading.entries)]);
    const lost = await cluster.loseLeader(keyOf(lane));
    await reconnect();
    for (const n of [4, 5]) await round(setup, n, [1]);
    await has(reading, `${stocks[1]}:5`);
    assert.deepEqual(texts(reading.entries), numbered(1, 1, 5));
    assert.deepEqual([...new Set(holesOf(reading.entries))], [`source_restarted before ${stocks[1]}:4`]);
    const told = setup.events.map(({ type }) => type);
    assert.ok(told.includes('leader_lost') && told.includes('source_restarted'), String(told));
    await lost.restart();
    await cluster.settled();
  });

  it('tell what a failover lost that happened while nobody read', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    const lane = laneName('NASDAQ', 2);
    const first = await setup.openFeed();
    let point: ReturnType<typeof pointAfter>;
    {
      await using reading = following(first, lane, await lead(first, lane));
      await round(setup, 1, [2]);
      await has(reading, `${stocks[2]}:1`);
      point = pointAfter(first, lane, reading.entries);
      await first.log.committed([point]);
    }
    const leader = await cluster.leaderOf(keyOf(lane));
    await until(async () => Number(await cluster.run(leader, 'WAIT', '1', '1000')) > 0);
    const reconnect = await cluster.cutOff(await cluster.replicaOf(leader));
    await round(setup, 2, [2]);
    const lost = await cluster.loseLeader(keyOf(lane));
    await reconnect();
    await round(setup, 3, [2]);
    for (let start = 1; start <= 2; start++) {
      const feed = await setup.openFeed();
      await using reading = following(feed, lane, (await feed.log.place(point, lane)).after);
      // What was told and committed is not told again.
      const n = start + 2;
      if (start === 2) await round(setup, n, [2]);
      await has(reading, `${stocks[2]}:${n}`);
      assert.deepEqual(texts(reading.entries), numbered(2, n, n));
      const expected = start === 1 ? [`source_restarted before ${stocks[2]}:3`] : [];
      assert.deepEqual(holesOf(reading.entries), expected);
      point = pointAfter(feed, lane, reading.entries);
      await feed.log.committed([point]);
    }
    await lost.restart();
    await cluster.settled();
  });

  it('are found from a replica alone, by a user who may not ask for the cluster', async () => {
    await using setup = await setUpOn(cluster, 'stream', fourLanes);
    for (const node of cluster.nodes) {
      await cluster.run(node, 'ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '&*', '+@all', '-@dangerous');
    }
    const replica = await cluster.replicaOf(await cluster.leaderOf(keyOf(laneName('NASDAQ', 0))));
    const feed = await setup.openFeed({ redisUrl: `redis://few:pw@127.0.0.1:${replica.port}` });
    await using all = new ResourceStack();
    const readings = NASDAQ_LANES.map((lane) => all.use(following(feed, lane)));
    for (const n of [1, 2]) await round(setup, n);
    for (const [lane, reading] of readings.entries()) {
      await has(reading, `${stocks[lane]}:2`);
      assert.deepEqual(texts(reading.entries), numbered(lane, 1, 2));
    }
  });
});
