import assert from 'node:assert/strict';
import { it } from 'node:test';
import { laneName } from '@tickwatch/core';
import { type Feed, Fingerprint } from '@tickwatch/feed';
import { KafkaAdmin, type KafkaServer, until } from '../../servers/index.ts';
import {
  collect,
  connected,
  endOf,
  exchanges,
  follow,
  messagesOf,
  NASDAQ,
  pointAfter,
  stateOf,
  texts,
} from './feed-helpers.ts';
import { type KafkaSetUp, makeAnew, send, setUp } from './kafka-set-up.ts';

const TOPIC = 'ticks.NASDAQ';
const fourLanes: ReadonlyMap<string, number> = new Map(exchanges.map((exchange) => [exchange, 4]));

export function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `AAPL:${from + i}`);
}

export function told(setup: KafkaSetUp, type: string): readonly unknown[] {
  return setup.events.filter((event) => event.type === type);
}

function errorOf({ source }: Feed, lane: string): string {
  const state = source.status(lane);
  return 'error' in state ? state.error : '';
}

/** What is read from topics, and what becomes of places in them. @param broker the one that is shared, when it is up */
export function readingOfKafka(broker: () => KafkaServer): void {
  it('has all ticks of a stock in one lane, in order, where other clients put them too', async () => {
    await using setup = await setUp(broker(), 4, {}, fourLanes);
    const feed = await setup.openFeed();
    const stocks = ['AAPL', 'MSFT', 'BRK.B', 'BTC:USD', 'TSLA', 'NVDA'];
    const messages = Array.from({ length: 600 }, (_, i) => `${stocks[i % stocks.length]}:${i}`);
    await setup.publish('NASDAQ', ...messages);
    const ends = await new KafkaAdmin(broker()).ends(TOPIC);
    const read = await Promise.all(
      ends.map(async (end, k) =>
        end === 0n ? [] : texts(await follow(feed, laneName('NASDAQ', k), feed.log.start, Number(end))),
      ),
    );
    assert.deepEqual(read.flat().sort(), [...messages].sort());
    for (const stock of stocks) {
      const mine = (text: string): boolean => text.startsWith(`${stock}:`);
      const [lane = [], ...others] = read.filter((lane) => lane.some(mine));
      assert.deepEqual([lane.filter(mine), others], [messages.filter(mine), []]);
    }
    // Java's client puts AAPL, by its murmur2, into partition 1 of 4.
    assert.ok(read[1]?.includes('AAPL:0'));
    assert.deepEqual(
      await feed.log.lanes(),
      [...fourLanes.keys()].flatMap((name) => [0, 1, 2, 3].map((k) => laneName(name, k))),
    );
  });

  it('tells exactly how many records retention removed before they were read', async () => {
    await using setup = await setUp(broker());
    await setup.publish('NASDAQ', ...numbered(1, 50));
    const feed = await setup.openFeed();
    const read = await feed.log.read(NASDAQ, feed.log.start, 10);
    if (read === undefined) assert.fail();
    await new KafkaAdmin(broker()).forgetBefore(TOPIC, 0, 30n);
    const { after } = await feed.log.place(pointAfter(feed, NASDAQ, [read]), NASDAQ);
    const entries = await follow(feed, NASDAQ, after, 20);
    assert.deepEqual(texts(entries), numbered(31, 50));
    assert.deepEqual(entries[0]?.holes, [{ reason: 'overtaken', messages: 20 }]);
    assert.deepEqual(told(setup, 'messages_overtaken'), [
      { type: 'messages_overtaken', lane: NASDAQ, count: 20, exact: true },
    ]);
  });

  it('gives what transactions committed and nothing that they aborted, and makes no hole of their marks', async () => {
    await using setup = await setUp(broker());
    const admin = new KafkaAdmin(broker());
    const feed = await setup.openFeed();
    await setup.publish('NASDAQ', 'AAPL:1');
    await admin.transact(TOPIC, ['AAPL:2', 'AAPL:3'], 'aborted');
    await admin.transact(TOPIC, ['AAPL:4'], 'committed');
    await admin.transact(TOPIC, ['AAPL:5'], 'aborted');
    await setup.publish('NASDAQ', 'AAPL:6');
    await admin.transact(TOPIC, ['AAPL:7'], 'aborted');
    const entries = await follow(feed, NASDAQ, feed.log.start, 3);
    assert.deepEqual(texts(entries), ['AAPL:1', 'AAPL:4', 'AAPL:6']);
    assert.deepEqual(
      entries.flatMap(({ holes = [] }) => holes),
      [],
    );
    assert.deepEqual(texts(await collect(feed, NASDAQ, feed.log.start, 3)), ['AAPL:1', 'AAPL:4', 'AAPL:6']);
    // Of offsets that transactions took nobody knows how many were messages.
    const first = await feed.log.read(NASDAQ, feed.log.start, 1);
    await admin.forgetBefore(TOPIC, 0, 4n);
    const rest = await follow(feed, NASDAQ, first?.position ?? '', 2);
    assert.deepEqual([texts(rest), rest[0]?.holes], [['AAPL:4', 'AAPL:6'], [{ reason: 'overtaken' }]]);
  });

  for (const isRunning of [true, false]) {
    it(`reads a topic that was made anew from its start, and tells so (${isRunning ? 'on the fly' : 'at a start'})`, async () => {
      await using setup = await setUp(broker());
      await setup.publish('NASDAQ', ...numbered(1, 20));
      const feed = await setup.openFeed();
      const point = pointAfter(feed, NASDAQ, await follow(feed, NASDAQ, feed.log.start, 20));
      const reading = isRunning ? follow(feed, NASDAQ, point.position, 3) : undefined;
      await makeAnew(broker(), 'NASDAQ');
      await setup.publish('NASDAQ', ...numbered(21, 23));
      // Another process knows nothing of the one before.
      const late = await setup.openFeed();
      const entries = await (reading ?? follow(late, NASDAQ, (await late.log.place(point, NASDAQ)).after, 3));
      assert.deepEqual(texts(entries), numbered(21, 23));
      assert.deepEqual(
        entries.flatMap(({ holes = [] }) => holes),
        [{ reason: 'source_restarted' }],
      );
      assert.equal(told(setup, 'source_restarted').length, 1);
      for (const { log } of [feed, late]) await until(() => log.compare(point.position, endOf(entries)) < 0);
    });
  }

  it('finds the place in a copy of the topic by the last messages', async () => {
    await using setup = await setUp(broker());
    const sent = numbered(1, 60);
    await setup.publish('NASDAQ', ...sent);
    const feed = await setup.openFeed();
    const entries = await follow(feed, NASDAQ, feed.log.start, 60);
    const fingerprint = new Fingerprint();
    fingerprint.addAll(messagesOf(entries).slice(0, 40));
    const point = { ...pointAfter(feed, NASDAQ, entries), fingerprint: fingerprint.text() };
    await makeAnew(broker(), 'NASDAQ');
    await setup.publish('NASDAQ', ...sent);
    const copy = await setup.openFeed();
    const { after, by } = await copy.log.place(point, NASDAQ);
    assert.equal(by, 'fingerprint');
    assert.deepEqual(texts(await follow(copy, NASDAQ, after, 20)), sent.slice(40));
  });

  it('says what is to be done of a topic that is not there, or has too few or too many partitions', async () => {
    await using setup = await setUp(
      broker(),
      2,
      {},
      new Map([
        ['NASDAQ', 3],
        ['NYSE', 1],
        ['LSE', 1],
      ]),
    );
    const feed = await setup.openFeed({ isWaitedFor: false });
    await connected(feed, 'NASDAQ', 'NYSE');
    await until(() => stateOf(feed, 'LSE') === 'failed');
    assert.match(errorOf(feed, 'LSE/0'), /ticks\.LSE: there is no such topic/);
    assert.equal(feed.source.status('NASDAQ/2').state, 'failed');
    assert.match(errorOf(feed, 'NASDAQ/2'), /lane 2 has no partition in topic ticks\.NASDAQ: it has 2/);
    assert.match(
      feed.log.status().problem ?? '',
      /ticks\.NYSE has 2 partitions, of which 1 are read: set LANES=NYSE:2/,
    );
    assert.match(errorOf(feed, 'NYSE/1'), /of which 1 are read/);
    await setup.publish('NYSE', 'TSLA:1');
    await assert.rejects(setup.sink.publish('LSE', ['VOD:1']), { code: 'FEED_UNAVAILABLE', message: /no such topic/ });
    await makeAnew(broker(), 'LSE');
    await setup.publish('LSE', 'VOD:1');
    assert.deepEqual(texts(await follow(feed, 'LSE/0', feed.log.start, 1)), ['VOD:1']);
    await broker().administer((admin) => admin.deleteTopics({ topics: ['ticks.LSE'] }));
  });

  it('takes no times of publishers, before the topic says that they are the broker’s', async () => {
    await using setup = await setUp(broker(), 1, { 'message.timestamp.type': 'CreateTime' });
    await send(broker(), TOPIC, Buffer.from('AAPL:1'));
    const feed = await setup.openFeed();
    const reading = follow(feed, NASDAQ, feed.log.start, 2);
    await until(() => stateOf(feed, 'NASDAQ') === 'failed');
    assert.match(errorOf(feed, NASDAQ), /set message\.timestamp\.type=LogAppendTime/);
    await setup.publish('NYSE', 'TSLA:1').catch(() => {});
    assert.equal(stateOf(feed, 'NYSE'), 'connected');
    await new KafkaAdmin(broker()).alter(TOPIC, { 'message.timestamp.type': 'LogAppendTime' });
    await send(broker(), TOPIC, Buffer.from('AAPL:2'));
    assert.deepEqual(texts(await reading), ['AAPL:1', 'AAPL:2']);
    assert.equal(told(setup, 'feed_lane_recovered').length, 1);
  });
}
