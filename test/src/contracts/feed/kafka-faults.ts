import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { createTickSink, type Feed, type LogEntry } from '@tickwatch/feed';
import { freePort, type KafkaServer, until } from '../../servers/index.ts';
import { connected, disconnected, endOf, follow, NASDAQ, NYSE, stateOf, texts } from './feed-helpers.ts';
import { numbered, told } from './kafka-reading.ts';
import { setUp } from './kafka-set-up.ts';

/** Follows a lane for ever; what it gave, and how to end it. */
function following(feed: Feed, lane: string, after: string) {
  const stop = new AbortController();
  const entries: LogEntry[] = [];
  const reading = (async () => {
    if (feed.kind !== 'pull') assert.fail();
    for await (const entry of feed.source.follow(lane, after, stop.signal)) entries.push(entry);
  })();
  return {
    entries,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}

/** What becomes of a feed while its broker is away, and with another one than it was. */
export function faultsOfKafka(
  broker: () => KafkaServer,
  login: { readonly user: string; readonly password: string },
): void {
  it('says that the broker is away, and goes on by itself when it is back; of a log that lost its end, that it did', async () => {
    await using setup = await setUp(broker());
    const [node] = broker().brokers;
    if (node === undefined) assert.fail();
    await setup.publish('NASDAQ', ...numbered(1, 30));
    await setup.publish('NYSE', 'TSLA:1');
    const feed = await setup.openFeed();
    const before = await follow(feed, NASDAQ, feed.log.start, 30);
    await using nasdaq = following(feed, NASDAQ, endOf(before));
    await using nyse = following(feed, NYSE, feed.log.start);
    await node.kill();
    try {
      await disconnected(feed);
      await assert.rejects(feed.log.end(NASDAQ), { code: 'FEED_UNAVAILABLE', message: /kafka at 127\.0\.0\.1:\d+/ });
      if (feed.kind !== 'pull') assert.fail();
      await assert.rejects(feed.source.now(), { code: 'FEED_UNAVAILABLE' });
      // As after a disk that was lost, or an unclean election.
      await rm(join(node.dataFolder, 'ticks.NASDAQ-0'), { recursive: true });
    } finally {
      await node.restart();
    }
    await setup.publish('NYSE', 'TSLA:2');
    await setup.publish('NASDAQ', ...numbered(31, 32));
    await connected(feed);
    const isAll = (): boolean => texts(nyse.entries).length >= 2 && texts(nasdaq.entries).length >= 2;
    await until(isAll, { what: 'all messages' });
    assert.deepEqual(texts(nyse.entries), ['TSLA:1', 'TSLA:2']);
    assert.deepEqual(texts(nasdaq.entries), numbered(31, 32));
    assert.deepEqual(nasdaq.entries[0]?.holes, [{ reason: 'source_restarted' }]);
    for (const { position } of nasdaq.entries) assert.ok(feed.log.compare(endOf(before), position) < 0);
    assert.equal(told(setup, 'source_restarted').length, 1);
    const states = setup.events.map(({ type }) => type).filter((type) => /^feed_(dis)?connected$/.test(type));
    assert.deepEqual(states, ['feed_connected', 'feed_disconnected', 'feed_connected']);
  });

  it('counts a broker that answers nothing as gone', async () => {
    await using setup = await setUp(broker());
    const [node] = broker().brokers;
    const feed = await setup.openFeed();
    const reading = follow(feed, NASDAQ, feed.log.start, 1);
    node?.pause();
    try {
      await disconnected(feed);
    } finally {
      node?.resume();
    }
    await setup.publish('NASDAQ', 'AAPL:1');
    assert.deepEqual(texts(await reading), ['AAPL:1']);
  });

  for (const mechanism of ['SCRAM-SHA-512', 'PLAIN'] as const) {
    it(`logs in by ${mechanism}, and tells a wrong password to nobody`, async () => {
      await using setup = await setUp(broker());
      const servers = { brokers: broker().secureAddresses, tls: false };
      const feed = await setup.openFeed({ servers: { ...servers, login: { mechanism, ...login } } });
      await setup.publish('NASDAQ', 'AAPL:1');
      assert.deepEqual(texts(await follow(feed, NASDAQ, feed.log.start, 1)), ['AAPL:1']);
      const wrong = { mechanism, user: login.user, password: 'correct horse' };
      const refused = await setup.openFeed({ servers: { ...servers, login: wrong }, isWaitedFor: false });
      const tells = /SASL authentication failed/;
      await until(() => tells.test(JSON.stringify(refused.source.status(NASDAQ))));
      assert.equal(stateOf(refused, 'NASDAQ'), 'disconnected');
      assert.match(JSON.stringify(setup.events), tells);
      assert.doesNotMatch(JSON.stringify(setup.events), /correct horse/);
    });
  }

  it('tells a sink that reaches nobody', async () => {
    const brokers = [`127.0.0.1:${await freePort()}`];
    const kafka = { brokers, tls: false, login: undefined };
    await using sink = await createTickSink({ kind: 'kafka', kafka, lanes: new Map([['NASDAQ', 1]]) }, () => {});
    await assert.rejects(sink.publish('NASDAQ', ['AAPL:1']), { code: 'FEED_UNAVAILABLE', message: /ECONNREFUSED/ });
  });
}
