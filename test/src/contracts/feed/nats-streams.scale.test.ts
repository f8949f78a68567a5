import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneName } from '@tickwatch/core';
import { until } from '../../servers/index.ts';
import { endOf, exchanges, follow, messagesOf, NASDAQ, NYSE, oneLane, pointAfter, texts } from './feed-helpers.ts';
import { makeStreams, mappingsOf, setUp } from './nats-set-up.ts';

const fourLanes: ReadonlyMap<string, number> = new Map([['NASDAQ', 4]]);
const STOCKS = ['AAPL', 'MSFT', 'BRK.B', 'BTC:USD', 'S&P 500', '0', '3', '*', '>', 'Ünïcode', '%2E', "A'(b)!~"];

function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `AAPL:${from + i}`);
}

describe('Streams of NATS', { timeout: 120_000 }, () => {
  it('keep what came while no one was there, with the times at which it came, and say what time it is', async () => {
    await using setup = await setUp();
    for (const message of numbered(1, 2)) await setup.publish('NASDAQ', message);
    const times: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      const feed = await setup.openFeed();
      const read = messagesOf(await follow(feed, NASDAQ, feed.log.start, 2));
      times.push(read.map(({ receivedAt }) => receivedAt));
      const now = feed.kind === 'pull' ? await feed.source.now() : 0;
      const last = read.at(-1)?.receivedAt ?? 0;
      assert.ok(now > last && now < last + 30_000_000, `${now} after ${last}`);
    }
    assert.deepEqual(times[0], times[1]);
  });

  it('are followed at the pace of each reader, until its signal aborts, and none waits for another', async () => {
    await using setup = await setUp();
    const feed = await setup.openFeed();
    if (feed.kind !== 'pull') assert.fail();
    const slow = follow(feed, NASDAQ, feed.log.start, 1500, () => new Promise((resolve) => setTimeout(resolve, 20)));
    await setup.publish('NASDAQ', ...numbered(1, 1500));
    const stop = new AbortController();
    const lags: number[] = [];
    let sentAt = performance.now();
    await setup.publish('NYSE', 'TSLA:0');
    for await (const _ of feed.source.follow(NYSE, feed.log.start, stop.signal)) {
      lags.push(performance.now() - sentAt);
      // While nothing comes any more.
      if (lags.length > 20) setTimeout(() => stop.abort(), 50);
      sentAt = performance.now();
      if (lags.length <= 20) await setup.publish('NYSE', `TSLA:${lags.length}`);
    }
    const median = lags.sort((a, b) => a - b)[10] ?? 0;
    assert.ok(median < 1000, `half of the messages took more than ${median} ms`);
    assert.deepEqual(texts(await slow), numbered(1, 1500));
  });

  it('give a message that is larger than what is asked for at once', async () => {
    await using setup = await setUp({ settings: ['max_payload: 4MB'] });
    const large = `AAPL:${'1'.repeat(2_000_000)}`;
    await setup.publish('NASDAQ', 'AAPL:1', large, 'AAPL:2');
    const feed = await setup.openFeed();
    assert.deepEqual(texts(await follow(feed, NASDAQ, feed.log.start, 3)), ['AAPL:1', large, 'AAPL:2']);
  });

  it('tell how many messages were removed before they were read, also from a reader that is slow', async () => {
    await using setup = await setUp();
    const overtake = (seq: number) => setup.nats.manage((manager) => manager.streams.purge('TICKS_NASDAQ_0', { seq }));
    await setup.publish('NASDAQ', ...numbered(1, 50));
    await overtake(31);
    const feed = await setup.openFeed();
    const entries = await follow(feed, NASDAQ, feed.log.start, 20);
    assert.deepEqual(texts(entries), numbered(31, 50));
    assert.deepEqual(entries[0]?.holes, [{ reason: 'overtaken', messages: 30 }]);
    // All that would follow is gone, and only then something comes.
    await setup.publish('NASDAQ', ...numbered(51, 60));
    await overtake(61);
    const rest = follow(await setup.openFeed(), NASDAQ, endOf(entries), 1);
    await setup.publish('NASDAQ', 'AAPL:61');
    assert.deepEqual((await rest)[0]?.holes, [{ reason: 'overtaken', messages: 10 }]);
    assert.deepEqual(texts(await rest), ['AAPL:61']);
    const told = setup.events.filter(({ type }) => type !== 'feed_connected');
    const overtaken = { type: 'messages_overtaken', lane: NASDAQ, exact: true };
    assert.deepEqual(told, [
      { ...overtaken, count: 30 },
      { ...overtaken, count: 10 },
    ]);
  });

  it('keep all ticks of a stock in one lane, in order, whatever its name is and whoever numbers lanes himself', async () => {
    await using setup = await setUp({ lanes: fourLanes });
    const feed = await openLanes(setup);
    const messages = Array.from({ length: 1200 }, (_, i) => {
      const stock = STOCKS[i % STOCKS.length] ?? '';
      return JSON.stringify({ stock_name: stock, price: i, timestamp: '2026-11-22T10:00:00Z' });
    });
    await setup.publish('NASDAQ', ...messages);
    const publisher = await setup.nats.connect();
    publisher.publish('ticks.NASDAQ.0', JSON.stringify({ stock_name: '0', price: 1200 }));
    await publisher.flush();
    await publisher.close();
    const lanes = [0, 1, 2, 3].map((k) => laneName('NASDAQ', k));
    const counts = await Promise.all(lanes.map((lane) => countOf(setup, lane)));
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      1201,
    );
    assert.ok(counts.filter((count) => count > 0).length >= 3, `spread: ${counts}`);
    const laneOf = new Map<string, number>();
    for (const [k, lane] of lanes.entries()) {
      const last = new Map<string, number>();
      for (const text of texts(await follow(feed, lane, feed.log.start, counts[k] ?? 0))) {
        const { stock_name: stock, price } = JSON.parse(text);
        assert.equal(laneOf.get(stock) ?? k, k, `${stock} is in one lane`);
        assert.ok((last.get(stock) ?? -1) < price, `${stock} is in order`);
        laneOf.set(stock, k);
        last.set(stock, price);
      }
    }
    assert.deepEqual([...laneOf.keys()].sort(), [...STOCKS].sort());
  });

  it('lose nothing when the number of lanes changes, and name the lanes of before', async () => {
    await using setup = await setUp({ lanes: oneLane });
    await setup.publish('NASDAQ', ...STOCKS.map((stock) => `${stock}:1`));
    await setup.nats.manage(async (manager) => {
      await manager.streams.update('TICKS_NASDAQ_0', { subjects: ['ticks.NASDAQ.0'] });
    });
    await makeStreams(setup.nats, new Map([['NASDAQ', 4]]));
    await setup.nats.remap(mappingsOf(fourLanes));
    await until(async () => {
      await setup.sink.publish('NASDAQ', ['AAPL:2']);
      const lanes = await Promise.all([1, 2, 3].map((k) => countOf(setup, laneName('NASDAQ', k))));
      return (await countOf(setup, NASDAQ)) > STOCKS.length || lanes.some((count) => count > 0);
    });
    const four = await openLanes(setup);
    assert.deepEqual(texts(await follow(four, NASDAQ, four.log.start, STOCKS.length)).length, STOCKS.length);
    const one = await setup.openFeed({ lanes: oneLane });
    const lanes = [...exchanges.map((exchange) => laneName(exchange, 0)), ...[1, 2, 3].map((k) => `NASDAQ/${k}`)];
    assert.deepEqual([...(await one.log.lanes())].sort(), lanes.sort());
  });

  it('find the place again that another process committed', async () => {
    await using setup = await setUp();
    await setup.publish('NASDAQ', ...numbered(1, 30));
    const first = await setup.openFeed();
    const half = await follow(first, NASDAQ, (await first.log.read(NASDAQ, first.log.start, 9))?.position ?? '', 21);
    assert.deepEqual(texts(half), numbered(10, 30));
    const point = pointAfter(first, NASDAQ, half);
    await first.log.committed([point]);
    assert.equal(first.log.status().messages, 30, 'nothing is removed');
    await setup.publish('NASDAQ', ...numbered(31, 40));
    await setup.nats.kill();
    await setup.nats.restart();
    const second = await setup.openFeed();
    const { after, by } = await second.log.place(point, NASDAQ);
    assert.equal(by, 'own');
    assert.deepEqual(texts(await follow(second, NASDAQ, after, 10)), numbered(31, 40));
    assert.deepEqual(
      setup.events.filter(({ type }) => type === 'source_restarted' || type === 'messages_overtaken'),
      [],
    );
  });
});

type Setup = Awaited<ReturnType<typeof setUp>>;

async function openLanes(setup: Setup) {
  return await setup.openFeed({ lanes: fourLanes });
}

function countOf({ nats }: Setup, lane: string): Promise<number> {
  return nats.manage(async (manager) => {
    const { state } = await manager.streams.info(`TICKS_${lane.replace('/', '_')}`);
    return state.messages;
  });
}
