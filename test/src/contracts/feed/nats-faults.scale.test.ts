import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTickSink, type Feed, type FeedEvent, type LogEntry } from '@tickwatch/feed';
import { startNats, until } from '../../servers/index.ts';
import {
  disconnected,
  endOf,
  exchanges,
  follow,
  NASDAQ,
  NYSE,
  oneLane,
  pointAfter,
  stateOf,
  texts,
} from './feed-helpers.ts';
import { makeStreams, type NatsSetup, setUp } from './nats-set-up.ts';

function told<Type extends FeedEvent['type']>({ events }: NatsSetup, type: Type): readonly FeedEvent[] {
  return events.filter((event) => event.type === type);
}

/** Follows a lane until it is disposed of. */
function following(
  feed: Feed,
  lane: string,
  after = feed.log.start,
): AsyncDisposable & { readonly entries: LogEntry[] } {
  if (feed.kind !== 'pull') assert.fail();
  const stop = new AbortController();
  const entries: LogEntry[] = [];
  const { source } = feed;
  const reading = (async () => {
    for await (const entry of source.follow(lane, after, stop.signal)) entries.push(entry);
  })();
  return {
    entries,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}

/** What a subscriber that makes no streams has to be allowed to ask, as docs/nats.md says. */
const READING = [
  'STREAM.INFO.*',
  'STREAM.NAMES',
  'STREAM.MSG.GET.*',
  'CONSUMER.CREATE.>',
  'CONSUMER.DELETE.>',
  'CONSUMER.MSG.NEXT.>',
].map((subject) => `$JS.API.${subject}`);

function holesOf(entries: readonly LogEntry[]): readonly string[] {
  return entries.flatMap((entry, i) => entry.holes?.map(({ reason }) => `${reason} before ${i}`) ?? []);
}

async function renew(setup: NatsSetup): Promise<void> {
  await setup.nats.manage((manager) => manager.streams.delete('TICKS_NASDAQ_0'));
  await makeStreams(setup.nats, new Map([['NASDAQ', 1]]));
}

describe('A stream of NATS', { timeout: 120_000 }, () => {
  for (const isRunning of [true, false]) {
    it(`that is made anew is read from its beginning, ${isRunning ? 'while it is read' : 'while nobody reads'}`, async () => {
      await using setup = await setUp();
      await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2', 'AAPL:3');
      const feed = await setup.openFeed();
      const point = pointAfter(feed, NASDAQ, await follow(feed, NASDAQ, feed.log.start, 3));
      await using running = isRunning ? following(feed, NASDAQ, point.position) : undefined;
      await renew(setup);
      await setup.publish('NASDAQ', 'AAPL:4', 'AAPL:5', 'AAPL:6', 'AAPL:7');
      const { after } = await feed.log.place(point, NASDAQ);
      await using late = running === undefined ? following(feed, NASDAQ, after) : undefined;
      const { entries } = running ?? late ?? { entries: [] };
      await until(() => texts(entries).length >= 4);
      assert.deepEqual(texts(entries), ['AAPL:4', 'AAPL:5', 'AAPL:6', 'AAPL:7']);
      assert.deepEqual(holesOf(entries), ['source_restarted before 0']);
      assert.equal(told(setup, 'source_restarted').length, 1);
      for (const { position } of entries) assert.ok(feed.log.compare(point.position, position) < 0);
      assert.equal(await feed.log.end(NASDAQ), endOf(entries));
      // The place before finds the same again.
      const again = await feed.log.read(NASDAQ, point.position, 1);
      assert.deepEqual([again?.messages.length, again?.holes], [1, [{ reason: 'source_restarted' }]]);
      assert.equal(again?.position.split(':')[0], entries[0]?.position.split(':')[0]);
    });
  }

  for (const more of [1, 5]) {
    it(`that lost its newest messages and got ${more} others is read on, and nothing twice`, async () => {
      await using setup = await setUp();
      await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2');
      const feed = await setup.openFeed();
      await using nasdaq = following(feed, NASDAQ);
      await until(() => texts(nasdaq.entries).length === 2);
      await setup.nats.stop();
      const restore = await setup.nats.snapshot();
      await setup.nats.restart();
      await setup.publish('NASDAQ', 'AAPL:3', 'AAPL:4');
      await until(() => texts(nasdaq.entries).length === 4);
      await setup.nats.kill();
      await restore();
      await setup.nats.restart();
      const others = Array.from({ length: more }, (_, i) => `AAPL:${i + 5}`);
      await setup.publish('NASDAQ', ...others);
      await until(() => texts(nasdaq.entries).length >= 4 + more);
      assert.deepEqual(texts(nasdaq.entries), ['AAPL:1', 'AAPL:2', 'AAPL:3', 'AAPL:4', ...others]);
      const first = nasdaq.entries.findIndex((entry) => texts([entry]).includes('AAPL:5'));
      assert.deepEqual(holesOf(nasdaq.entries), [`source_restarted before ${first}`]);
      const [before, after] = [nasdaq.entries[first - 1], nasdaq.entries[first]].map((entry) => entry?.position ?? '');
      assert.ok(feed.log.compare(before ?? '', after ?? '') < 0);
    });
  }

  it('that is missing is made where that may be, else it is said how, and the others go on', async () => {
    const rights = `publish: { allow: [ ${READING.map((subject) => `"${subject}"`)} ] }, subscribe: "_INBOX.>"`;
    const users = `{ user: tick, password: "hunter 2" }, { user: reader, password: r, permissions: { ${rights} } }`;
    await using setup = await setUp({ settings: [`authorization { users: [ ${users} ] }`] });
    const remove = (stream: string) => setup.nats.manage((manager) => manager.streams.delete(stream));
    await remove('TICKS_NASDAQ_0');
    const feed = await setup.openFeed({ url: setup.nats.url.replace(/\/\/.*@/, '//reader:r@') });
    await using nasdaq = following(feed, NASDAQ);
    await using nyse = following(feed, NYSE);
    await until(() => stateOf(feed, 'NASDAQ') === 'failed');
    const state = feed.kind === 'pull' ? feed.source.status(NASDAQ) : undefined;
    assert.match(
      state?.state === 'failed' ? state.error : '',
      /no stream TICKS_NASDAQ_0 .*permission.* nats stream add TICKS_NASDAQ_0 --subjects='ticks.NASDAQ.\*'/i,
    );
    await setup.publish('NYSE', 'TSLA:1');
    await until(() => texts(nyse.entries).length === 1);
    assert.equal(stateOf(feed, 'NYSE'), 'connected');
    const maker = await setup.openFeed();
    await using made = following(maker, NASDAQ);
    await setup.publish('NASDAQ', 'AAPL:1');
    await until(() => texts(nasdaq.entries).length === 1 && texts(made.entries).length === 1);
    await until(() => stateOf(feed, 'NASDAQ') === 'connected');
    assert.deepEqual(await feed.log.lanes(), [NASDAQ, NYSE]);
    const again = await feed.log.place(pointAfter(feed, NASDAQ, nasdaq.entries), NASDAQ);
    assert.equal(await feed.log.read(NASDAQ, again.after, 1), undefined);
    const [failed, recovered] = [told(setup, 'feed_lane_failed'), told(setup, 'feed_lane_recovered')];
    assert.deepEqual([failed.length, recovered.length], [1, 1]);
  });
});

describe('A NATS server', { timeout: 120_000 }, () => {
  it('that is away, or silent, is said to be, and read on when it is back', async () => {
    await using setup = await setUp();
    const feed = await setup.openFeed();
    await using nasdaq = following(feed, NASDAQ);
    await setup.publish('NASDAQ', 'AAPL:1');
    await until(() => texts(nasdaq.entries).length === 1);
    await setup.nats.kill();
    await disconnected(feed);
    await assert.rejects(feed.log.end(NASDAQ), { code: 'FEED_UNAVAILABLE' });
    await assert.rejects(setup.sink.publish('NASDAQ', ['AAPL:0']), { code: 'FEED_UNAVAILABLE' });
    await setup.nats.restart();
    await setup.publish('NASDAQ', 'AAPL:2');
    await until(() => texts(nasdaq.entries).length === 2);
    setup.nats.pause();
    await disconnected(feed);
    setup.nats.resume();
    await setup.publish('NASDAQ', 'AAPL:3');
    await until(() => texts(nasdaq.entries).includes('AAPL:3'));
    assert.deepEqual([...new Set(texts(nasdaq.entries))], ['AAPL:1', 'AAPL:2', 'AAPL:3']);
    assert.deepEqual(holesOf(nasdaq.entries), []);
    assert.equal(told(setup, 'feed_disconnected').length, 2);
    assert.equal(told(setup, 'feed_connected').length, 3);
    for (const exchange of exchanges) assert.equal(stateOf(feed, exchange), 'connected');
  });

  it('that takes nothing says why, and the sink with it', async () => {
    await using nats = await startNats();
    const events: FeedEvent[] = [];
    const onEvent = (event: FeedEvent): void => void events.push(event);
    await using sink = await createTickSink({ kind: 'nats', natsUrl: nats.url, lanes: oneLane }, onEvent);
    const refusal = async (says: RegExp): Promise<void> => {
      await until(async () => {
        const error: unknown = await sink.publish('NASDAQ', ['AAPL:1', 'AAPL:2', 'AAPL:3']).catch((thrown) => thrown);
        assert.ok(error instanceof Error && 'code' in error && error.code === 'FEED_UNAVAILABLE');
        return says.test(error.message);
      });
    };
    await refusal(/no stream takes ticks\.NASDAQ\.AAPL/);
    await makeStreams(nats, oneLane);
    assert.deepEqual(await sink.publish('NASDAQ', ['AAPL:1']), { unheard: 0 });
    await nats.manage((manager) => manager.streams.update('TICKS_NASDAQ_0', { max_msgs: 2, discard: 'new' }));
    await refusal(/maximum messages exceeded/);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['feed_connected', 'feed_command_failed', 'feed_command_failed'],
    );
  });
});
