import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../servers/index.ts';
import { allMessages, collect, pointAfter, texts } from './feed-helpers.ts';
import { setUp } from './redis-set-up.ts';

describe('Streams', { timeout: 120_000 }, () => {
  it('keep what came while no one was there, with the times at which it came', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', 'AAPL:1');
    await setup.publish('NASDAQ', 'AAPL:2');
    const feed = await setup.openFeed();
    const first = allMessages(await collect(feed, [], 2), 'NASDAQ');
    await feed[Symbol.asyncDispose]();
    const again = allMessages(await collect(await setup.openFeed(), [], 2), 'NASDAQ');
    assert.deepEqual(
      again.map(({ receivedAt }) => receivedAt),
      first.map(({ receivedAt }) => receivedAt),
    );
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
    const client = await setup.redis.connect();
    await client.sendCommand(['XADD', 'ticks:NYSE', '*', 'price', '1', 'm', 'TSLA:1']);
    await client.sendCommand(['XADD', 'ticks:NYSE', '*', 'message', 'TSLA:2']);
    client.destroy();
    assert.deepEqual(texts(await collect(await setup.openFeed(), [], 2), 'NYSE'), ['TSLA:1', '']);
  });

  it('are trimmed behind the committed position when they are long, and never beyond it', async () => {
    await using setup = await setUp('stream', 500);
    const feed = await setup.openFeed();
    const sent = Array.from({ length: 2000 }, (_, i) => `AAPL:${i + 1}`);
    await setup.publish('NASDAQ', ...sent);
    const all = await collect(feed, [], sent.length);
    const messages = allMessages(all, 'NASDAQ');
    const [half] = await feed.replay('NASDAQ', '', 1500);
    assert.ok(half !== undefined);
    await feed.committed([pointAfter(feed, [half], 'NASDAQ')]);
    const client = await setup.redis.connect();
    const left = Number(await client.sendCommand(['XLEN', 'ticks:NASDAQ']));
    assert.ok(left >= 500 && left < 700, `${left} entries are left`);
    const rest = await feed.replay('NASDAQ', half.position, 2000);
    assert.deepEqual(texts(rest, 'NASDAQ'), sent.slice(1500));
    assert.equal(messages.length, sent.length);
    await feed.committed([pointAfter(feed, rest, 'NASDAQ')]);
    assert.equal(feed.status().overtaken, 0);
    client.destroy();
  });

  it('tell how many entries were removed before they were read', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', ...Array.from({ length: 50 }, (_, i) => `AAPL:${i + 1}`));
    const client = await setup.redis.connect();
    await client.sendCommand(['XTRIM', 'ticks:NASDAQ', 'MAXLEN', '=', '20']);
    client.destroy();
    const feed = await setup.openFeed();
    assert.equal(texts(await collect(feed, [], 20), 'NASDAQ')[0], 'AAPL:31');
    assert.equal(feed.status().overtaken, 30);
    assert.deepEqual(
      setup.events.filter((event) => event.type === 'messages_overtaken'),
      [{ type: 'messages_overtaken', exchange: 'NASDAQ', count: 30, exact: true }],
    );
  });
});
