import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneName, laneOfStock, streamKey } from '@tickwatch/core';
import type { Hole } from '@tickwatch/feed';
import { until } from '../../servers/index.ts';
import { endOf, exchanges, follow, messagesOf, NASDAQ, NYSE, pointAfter, texts } from './feed-helpers.ts';
import { setUp } from './redis-set-up.ts';

const fourLanes: ReadonlyMap<string, number> = new Map(exchanges.map((exchange) => [exchange, 4]));

function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `AAPL:${from + i}`);
}

describe('Streams', { timeout: 120_000 }, () => {
  it('keep what came while no one was there, with the times at which it came', async () => {
    await using setup = await setUp('stream');
    for (const message of numbered(1, 2)) await setup.publish('NASDAQ', message);
    const times: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      const read = messagesOf(await follow(await setup.openFeed(), NASDAQ, '0-0', 2));
      times.push(read.map(({ receivedAt }) => receivedAt));
    }
    assert.deepEqual(times[0], times[1]);
  });

  it('reach the listeners of the channel too', async () => {
    await using setup = await setUp('stream');
    const heard: string[] = [];
    const listener = await setup.redis.connect();
    await listener.subscribe('NYSE', (message) => heard.push(message));
    await setup.publish('NYSE', 'TSLA:1', 'TSLA:2');
    await until(() => heard.length === 2);
    assert.deepEqual(heard, ['TSLA:1', 'TSLA:2']);
    listener.destroy();
  });

  it('give an entry without field m as an empty message', async () => {
    await using setup = await setUp('stream');
    await setup.run('XADD', 'ticks:NYSE', '*', 'price', '1', 'm', 'TSLA:1');
    await setup.run('XADD', 'ticks:NYSE', '*', 'message', 'TSLA:2');
    assert.deepEqual(texts(await follow(await setup.openFeed(), NYSE, '0-0', 2)), ['TSLA:1', '']);
  });

  it('are followed at the pace of each reader, and none waits for another', async () => {
    await using setup = await setUp('stream');
    const feed = await setup.openFeed();
    if (feed.kind !== 'pull') assert.fail();
    const slow = follow(feed, NASDAQ, '0-0', 3000, () => new Promise((resolve) => setTimeout(resolve, 20)));
    await setup.publish('NASDAQ', ...numbered(1, 3000));
    const lags: number[] = [];
    let sentAt = performance.now();
    await setup.publish('NYSE', 'TSLA:0');
    for await (const _ of feed.source.follow(NYSE, '0-0', AbortSignal.timeout(30_000))) {
      lags.push(performance.now() - sentAt);
      if (lags.length > 20) break;
      sentAt = performance.now();
      // It is sent while the reader is busy with the one before.
      await setup.publish('NYSE', `TSLA:${lags.length}`);
    }
    const median = lags.sort((a, b) => a - b)[10] ?? 0;
    assert.ok(median < 1000, `half of the messages took more than ${median} ms`);
    assert.deepEqual(texts(await slow), numbered(1, 3000));
  });

  it('are looked at once for what comes, not once more for nothing', async () => {
    await using setup = await setUp('stream');
    const looks = async (): Promise<number> =>
      Number(/cmdstat_xrange:calls=(\d+)/.exec(String(await setup.run('INFO', 'commandstats')))?.[1] ?? 0);
    const feed = await setup.openFeed();
    if (feed.kind !== 'pull') assert.fail();
    await setup.publish('NASDAQ', 'AAPL:0');
    const [before, began] = [await looks(), performance.now()];
    let count = 0;
    for await (const _ of feed.source.follow(NASDAQ, '0-0', AbortSignal.timeout(60_000))) {
      if (++count > 50) break;
      setTimeout(() => void setup.publish('NASDAQ', `AAPL:${count}`), 5);
    }
    // One a second finds nothing.
    const most = 50 + 5 + 2 * Math.ceil((performance.now() - began) / 1000);
    const made = (await looks()) - before;
    assert.ok(made <= most, `${made} looks for 50 messages`);
  });

  it('are followed until the signal aborts, also while nothing comes', async () => {
    await using setup = await setUp('stream');
    const feed = await setup.openFeed();
    if (feed.kind !== 'pull') assert.fail();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    for await (const _ of feed.source.follow(NASDAQ, '0-0', stop.signal)) assert.fail('there is nothing to read');
    await setup.publish('NASDAQ', 'AAPL:1');
    assert.deepEqual(texts(await follow(feed, NASDAQ, '0-0', 1)), ['AAPL:1']);
  });

  it('are trimmed behind the committed position when they are long, and never beyond it', async () => {
    await using setup = await setUp('stream');
    const feed = await setup.openFeed({ maxStreamLength: 500 });
    const sent = numbered(1, 2000);
    await setup.publish('NASDAQ', ...sent);
    const half = await follow(feed, NASDAQ, '0-0', 1000);
    await feed.log.committed([pointAfter(feed, NASDAQ, half)]);
    const left = Number(await setup.run('XLEN', 'ticks:NASDAQ'));
    const committed = messagesOf(half).length;
    assert.ok(left >= 2000 - committed && left < 2200 - committed, `${left} entries are left`);
    assert.equal(feed.log.status().messages, left);
    const rest = await follow(feed, NASDAQ, endOf(half), 2000 - committed);
    assert.deepEqual([...texts(half), ...texts(rest)], sent);
    assert.deepEqual(
      setup.events.filter(({ type }) => type !== 'feed_connected'),
      [],
    );
  });

  it('tell how many entries were removed before they were read', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', ...numbered(1, 50));
    await setup.run('XTRIM', 'ticks:NASDAQ', 'MAXLEN', '=', '20');
    const entries = await follow(await setup.openFeed(), NASDAQ, '0-0', 20);
    assert.deepEqual(texts(entries), numbered(31, 50));
    assert.deepEqual(entries[0]?.holes, [{ reason: 'overtaken', messages: 30 }]);
    assert.deepEqual(
      setup.events.filter((event) => event.type === 'messages_overtaken'),
      [{ type: 'messages_overtaken', lane: NASDAQ, count: 30, exact: true }],
    );
  });

  it('tell how many entries were deleted among others, and between which times', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', ...numbered(1, 50));
    const ids = ((await setup.run('XRANGE', 'ticks:NASDAQ', '-', '+')) as [unknown][]).map(([id]) => String(id));
    await setup.run('XDEL', 'ticks:NASDAQ', ...ids.slice(20, 25));
    const entries = await follow(await setup.openFeed(), NASDAQ, '0-0', 45);
    assert.deepEqual(texts(entries), [...numbered(1, 20), ...numbered(26, 50)]);
    const [{ from = 0, to = 0, ...hole } = {}] = entries.flatMap(({ holes = [] }) => holes) as Partial<Hole>[];
    assert.deepEqual(hole, { reason: 'overtaken', messages: 5 });
    const times = messagesOf(entries).map(({ receivedAt }) => receivedAt);
    assert.ok(from <= (times[19] ?? 0) && to >= (times[19] ?? 0) && to <= (times[20] ?? 0), `${from} ${to}`);
  });

  it('tell that entries were removed while no one was there, and nothing of what was only trimmed up to what is read', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', ...numbered(1, 50));
    const first = await follow(await setup.openFeed(), NASDAQ, '0-0', 50);
    const place = endOf(first);
    await setup.publish('NASDAQ', ...numbered(51, 100));
    await setup.run('XTRIM', 'ticks:NASDAQ', 'MAXLEN', '=', '51');
    const kept = await follow(await setup.openFeed(), NASDAQ, place, 50);
    assert.deepEqual(texts(kept), numbered(51, 100));
    assert.equal(kept[0]?.holes, undefined);
    await setup.run('XTRIM', 'ticks:NASDAQ', 'MAXLEN', '=', '20');
    const overtaken = await follow(await setup.openFeed(), NASDAQ, place, 20);
    assert.deepEqual(texts(overtaken), numbered(81, 100));
    assert.deepEqual(overtaken[0]?.holes, [{ reason: 'overtaken' }]);
  });

  it('keep all ticks of a stock in one lane, in order', async () => {
    await using setup = await setUp('stream', fourLanes);
    const feed = await setup.openFeed();
    const stocks = ['AAPL', 'MSFT', 'BRK.B', 'BTC:USD', 'TSLA', 'NVDA'];
    const messages = Array.from({ length: 600 }, (_, i) => {
      const stock = stocks[i % stocks.length] ?? '';
      const json = { stock_name: stock, price: i, timestamp: '2026-11-22T10:00:00Z' };
      return i % 2 === 0 ? `${stock}:${i}` : JSON.stringify(json);
    });
    await setup.publish('NASDAQ', ...messages);
    for (let lane = 0; lane < 4; lane++) {
      const mine = messages.filter((_, i) => laneOfStock(stocks[i % stocks.length] ?? '', 4) === lane);
      if (mine.length === 0) continue;
      assert.equal(await setup.run('XLEN', streamKey(laneName('NASDAQ', lane), 4)), mine.length);
      assert.deepEqual(texts(await follow(feed, laneName('NASDAQ', lane), '0-0', mine.length)), mine);
    }
  });

  it('lose and double nothing when the number of lanes changes, there and back, while somebody still sends to the old', async () => {
    await using one = await setUp('stream');
    await one.publish('NASDAQ', ...numbered(1, 10));
    const lanes = { NASDAQ: 1 };
    const seen: string[] = [];
    let point = undefined as ReturnType<typeof pointAfter> | undefined;
    let sent = 10;
    for (const count of [1, 4, 1, 4]) {
      lanes.NASDAQ = count;
      const feed = await one.openFeed({ lanes: new Map([['NASDAQ', count]]), isWaitedFor: false });
      const { after } = await feed.log.place(point, NASDAQ);
      const key = streamKey(NASDAQ, count);
      // To the lane's stream by these settings, and to the one before.
      for (let i = 0; i < 5; i++) await one.run('XADD', key, '*', 'm', `AAPL:${++sent}`);
      await one.run('XADD', streamKey(NASDAQ, count === 1 ? 4 : 1), '*', 'm', `AAPL:${++sent}`);
      const read = await follow(feed, NASDAQ, after, sent - seen.length);
      seen.push(...texts(read));
      for (let i = 1; i < read.length; i++) {
        assert.ok(feed.log.compare(read[i - 1]?.position ?? '', read[i]?.position ?? '') < 0);
      }
      point = pointAfter(feed, NASDAQ, read);
      await feed.log.committed([point]);
      await feed.source[Symbol.asyncDispose]();
    }
    assert.deepEqual([...seen].sort(), [...numbered(1, sent)].sort());
  });

  it('of a former number of lanes are named as long as they hold what was not committed', async () => {
    await using setup = await setUp('stream', fourLanes);
    const stock = Array.from({ length: 100 }, (_, i) => `S${i}`).find((name) => laneOfStock(name, 4) === 3) ?? '';
    await setup.publish('NASDAQ', `${stock}:1`, `${stock}:2`);
    const feed = await setup.openFeed({ lanes: new Map([['NASDAQ', 1]]), isWaitedFor: false });
    await until(() => feed.log.lanes());
    assert.deepEqual(await feed.log.lanes(), [NASDAQ, 'NASDAQ/3']);
    const { after } = await feed.log.place(undefined, 'NASDAQ/3');
    const read = await follow(feed, 'NASDAQ/3', after, 2);
    assert.deepEqual(texts(read), [`${stock}:1`, `${stock}:2`]);
    await feed.log.committed([pointAfter(feed, 'NASDAQ/3', read)]);
    assert.deepEqual(await feed.log.lanes(), [NASDAQ]);
  });
});
