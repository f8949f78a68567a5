import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { lanesOfNode, nodeOfStock } from '@tickwatch/core';
import { InProcessBus } from '@tickwatch/feed';
import { ResourceStack } from '@tickwatch/runtime';
import { divideStore } from '@tickwatch/store';
import { startTestDatabases, type TestDatabase, type TestDatabases, TestIngest } from './ingest-kit.ts';

const LANES = new Map([['NYSE', 6]]);
const NODES = [0, 1, 2].map((index) => ({ index, count: 3 }));
const STOCKS = Array.from({ length: 60 }, (_, i) => `S${i}`);

function messages(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${stockOf(from + i)}:(${from + i}, ${from + i})`);
}

function stockOf(n: number): string {
  return STOCKS[n % STOCKS.length] as string;
}

/** The prices of messages 1 … `to` that are a node's. */
function pricesOf(node: number, to: number): readonly string[] {
  const all = Array.from({ length: to }, (_, i) => i + 1);
  return all.filter((n) => nodeOfStock(stockOf(n), 3) === node).map(String);
}

describe('several databases that share the lanes', () => {
  let postgres: TestDatabases;
  const databases: TestDatabase[] = [];
  before(async () => {
    postgres = await startTestDatabases();
    for (const _ of NODES) databases.push(await postgres.newDatabase().create());
    await divideStore({ urls: databases.map(({ url }) => url), isDryRun: false });
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('each subscriber stores its node’s lanes; a node that is away delays no other, and gets all that came meanwhile', async () => {
    const bus = new InProcessBus();
    await using opened = new ResourceStack();
    const subscribers: TestIngest[] = [];
    for (const [i, node] of NODES.entries()) {
      const { url } = databases[i] as TestDatabase;
      subscribers.push(opened.use(await TestIngest.start(url, { bus, lanes: LANES, node })));
    }
    for (const [i, one] of subscribers.entries()) {
      const { lanes } = await one.leads();
      assert.deepEqual(Object.keys(lanes).sort(), lanesOfNode(LANES, NODES[i] ?? { index: 0, count: 1 }));
    }
    const [first] = subscribers;
    await first?.sink.publish('NYSE', [messages(1, 50).join('\n'), ...messages(51, 120)]);
    for (const [i, one] of subscribers.entries()) await one.stored(pricesOf(i, 120).length);

    const [zero, away, two] = databases;
    await away?.lock(true);
    await subscribers[1]?.storeIsAway();
    await first?.sink.publish('NYSE', messages(121, 240));
    for (const i of [0, 2]) await subscribers[i]?.stored(pricesOf(i, 240).length);
    assert.deepEqual(await zero?.prices(), pricesOf(0, 240));
    assert.deepEqual(await two?.prices(), pricesOf(2, 240));
    await away?.lock(false);
    await subscribers[1]?.stored(pricesOf(1, 240).length);
    assert.deepEqual(await away?.prices(), pricesOf(1, 240));
  });

  it('a database that is another node than it is taken for gets nothing, and says which it is', async () => {
    const [zero] = databases;
    const had = await zero?.prices();
    const whole = await postgres.newDatabase().create();
    for (const [database, node, words] of [
      [zero, NODES[1], /the database is node 0 of 3, but DATABASE_NODE says node 1 of 3/],
      [zero, undefined, /the database is node 0 of 3, but DATABASE_NODE is not set/],
      [whole, NODES[0], /DATABASE_NODE says node 0 of 3, but the database is not divided/],
    ] as const) {
      const bus = new InProcessBus();
      const { url } = database as TestDatabase;
      await using ingest = await TestIngest.start(url, { bus, lanes: LANES, ...(node && { node }) });
      await ingest.storeIsAway();
      await ingest.sink.publish('NYSE', messages(1, 20));
      const { store } = ingest.subscriber.readiness();
      assert.equal(store?.ok, false);
      assert.match(store?.detail ?? '', words);
      assert.deepEqual(await database?.prices(), database === zero ? had : []);
    }
  });
});
