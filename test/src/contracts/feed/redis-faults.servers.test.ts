import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTickFeed, DEFAULT_SPOOL, type FeedEvent, FeedUnavailableError, Fingerprint } from '@tickwatch/feed';
import { garbage, startRedis, startScriptedServer, until } from '../../servers/index.ts';
import { allMessages, collect, pointAfter, texts } from './feed-helpers.ts';
import { connected, disconnected, exchanges, setUp } from './redis-set-up.ts';

describe('a feed whose Redis goes away', { timeout: 300_000 }, () => {
  for (const kind of ['pubsub', 'stream'] as const) {
    it(`hears again, by itself, after Redis was killed and restarted (${kind})`, async () => {
      await using setup = await setUp(kind);
      const feed = await setup.openFeed();
      await setup.publish('NASDAQ', 'AAPL:1');
      assert.deepEqual(texts(await collect(feed, [], 1), 'NASDAQ'), ['AAPL:1']);
      for (let round = 2; round < 5; round++) {
        await setup.redis.kill();
        await disconnected(feed);
        await setup.redis.restart();
        await connected(feed);
        // Connected a moment ago: Redis itself says whether the subscription is there again.
        await until(async () => (await setup.sink.publish('NASDAQ', [`AAPL:${round}`])).unheard === 0);
        // Redis counted it as heard when it put it into the connection's buffer; a kill before it is here loses it.
        const point = pointAfter(feed, await collect(feed, [], round), 'NASDAQ');
        await until(async () => (await feed.replay('NASDAQ', '', 100)).length > 0);
        assert.ok(point.position !== '');
      }
      const expected = ['AAPL:1', 'AAPL:2', 'AAPL:3', 'AAPL:4'];
      assert.deepEqual(texts(await collect(feed, [], 4), 'NASDAQ'), expected);
      assert.ok(!JSON.stringify(setup.events).includes('hunter2'));
    });

    it(`notices a Redis that hangs, and goes on when it answers again (${kind})`, async () => {
      await using setup = await setUp(kind);
      const feed = await setup.openFeed();
      setup.redis.pause();
      await disconnected(feed);
      setup.redis.resume();
      await connected(feed);
      await setup.publish('NYSE', 'TSLA:1');
      assert.deepEqual(texts(await collect(feed, [], 1), 'NYSE'), ['TSLA:1']);
    });
  }

  it('says that a sink can not be reached, at once and without the password', async () => {
    await using setup = await setUp('pubsub');
    await setup.publish('NASDAQ', 'AAPL:1');
    await setup.redis.kill();
    await until(() =>
      setup.sink.publish('NASDAQ', ['AAPL:2']).then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(setup.sink.publish('NASDAQ', ['AAPL:3']), (error: unknown) => {
      assert.ok(error instanceof FeedUnavailableError);
      assert.ok(!`${error.message} ${error.cause}`.includes('hunter2'));
      return true;
    });
  });

  it('stays disconnected, and says why, with a wrong password and with a server that is no Redis', async () => {
    await using redis = await startRedis({ password: 'right' });
    await using noRedis = await startScriptedServer(garbage);
    const urls = [`redis://:wrong1234@127.0.0.1:${redis.port}`, `redis://:wrong1234@127.0.0.1:${noRedis.port}`];
    for (const redisUrl of urls) {
      const events: FeedEvent[] = [];
      const feed = await createTickFeed({ kind: 'pubsub', exchanges, redisUrl, spool: DEFAULT_SPOOL }, (event) =>
        events.push(event),
      );
      await feed.start();
      await until(() => events.some((event) => event.type === 'feed_disconnected'), { timeoutMs: 40_000 });
      const { connection } = feed.status();
      assert.equal(connection.state, 'disconnected');
      assert.ok(connection.error.length > 0);
      assert.ok(!JSON.stringify([events, connection]).includes('wrong1234'));
      await feed[Symbol.asyncDispose]();
    }
  });
});

describe('Pub/Sub', { timeout: 120_000 }, () => {
  it('counts what no one heard', async () => {
    await using setup = await setUp('pubsub');
    await setup.publish('NASDAQ', 'AAPL:1');
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:2', 'AAPL:3']), { unheard: 2 });
    await setup.openFeed();
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:4', 'AAPL:5']), { unheard: 0 });
  });

  it('lets a standby go on exactly where the one before it stopped', async () => {
    await using setup = await setUp('pubsub');
    const owner = await setup.openFeed('owner');
    const standby = await setup.openFeed('standby');
    const sent = Array.from({ length: 100 }, (_, i) => `AAPL:${i % 10}.${i}`);
    for (const message of sent.slice(0, 60)) await setup.publish('NASDAQ', message);
    const read = await collect(owner, [], 40);
    const stored = texts(read, 'NASDAQ');
    const fingerprint = new Fingerprint();
    fingerprint.addAll(allMessages(read, 'NASDAQ'));
    const point = { ...pointAfter(owner, read, 'NASDAQ'), fingerprint: fingerprint.text() };
    await owner[Symbol.asyncDispose]();
    for (const message of sent.slice(60)) await setup.publish('NASDAQ', message);
    await standby.committed([point]);
    const rest = await collect(standby, [point], sent.length - stored.length);
    assert.deepEqual([...stored, ...texts(rest, 'NASDAQ')], sent);
    assert.deepEqual(
      setup.events.flatMap((event) => (event.type === 'resume_by_fingerprint' ? [event.exchange] : [])),
      ['NASDAQ'],
    );
  });

  it('lets a standby forget what the owner committed long before, and nothing else', async () => {
    await using setup = await setUp('pubsub');
    const standby = await setup.openFeed('standby');
    await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2');
    await until(() => standby.status().log.messages === 2);
    const [batch] = await standby.replay('NASDAQ', '', 2);
    const last = batch?.messages.at(-1);
    assert.ok(last !== undefined);
    const at = (micros: number) => ({
      exchange: 'NASDAQ',
      logId: 'owner',
      position: '1',
      fingerprint: '',
      receivedAt: micros as typeof last.receivedAt,
    });
    await standby.committed([at(last.receivedAt)]);
    assert.equal(standby.status().log.messages, 2);
    await standby.committed([at(last.receivedAt + 61_000_000)]);
    assert.equal(standby.status().log.messages, 0);
  });
});

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
