import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../servers/index.ts';
import { connected, follow, following, NASDAQ, NYSE, pointAfter, stateOf, texts } from './feed-helpers.ts';
import { type Setup, setUp } from './redis-set-up.ts';

function told(setup: Setup, type: string): readonly unknown[] {
  return setup.events.filter((event) => event.type === type);
}

async function add(setup: Setup, key: string, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await setup.run('XADD', key, id, 'm', `AAPL:${id}`);
}

const asTexts = (ids: readonly string[]): readonly string[] => ids.map((id) => `AAPL:${id}`);

describe('a stream that is refused', { timeout: 120_000 }, () => {
  it('stops no other lane, is told once, and goes on by itself when it is mended', async () => {
    await using setup = await setUp('stream');
    const feed = await setup.openFeed();
    await using nasdaq = following(feed, NASDAQ);
    await using nyse = following(feed, NYSE);
    await setup.publish('NASDAQ', 'AAPL:1');
    await until(() => nasdaq.entries.length === 1);
    await setup.run('DEL', 'ticks:NASDAQ');
    await setup.run('SET', 'ticks:NASDAQ', 'x');
    await until(() => stateOf(feed, 'NASDAQ') === 'failed');
    for (let i = 1; i <= 5; i++) {
      await setup.publish('NYSE', `TSLA:${i}`);
      await until(() => texts(nyse.entries).includes(`TSLA:${i}`), { timeoutMs: 10_000, what: 'the other lane' });
    }
    assert.equal(stateOf(feed, 'NYSE'), 'connected');
    await setup.run('DEL', 'ticks:NASDAQ');
    await setup.publish('NASDAQ', 'AAPL:2');
    await until(() => texts(nasdaq.entries).includes('AAPL:2'));
    await connected(feed);
    assert.deepEqual(texts(nasdaq.entries), ['AAPL:1', 'AAPL:2']);
    const lanes = setup.events.flatMap((event) => (event.type === 'feed_lane_failed' ? [event.lane] : []));
    assert.deepEqual(lanes, [NASDAQ]);
    assert.deepEqual(told(setup, 'feed_lane_recovered'), [{ type: 'feed_lane_recovered', lane: NASDAQ }]);
  });

  for (const rights of [
    ['+@all', '-xread', '~ticks:NASDAQ', '(+@all ~ticks:NYSE)'],
    ['+@all', '~ticks:NYSE'],
  ]) {
    it(`stops no other lane when a right is missing (${rights.join(' ')})`, async () => {
      await using setup = await setUp('stream');
      await setup.run('ACL', 'SETUSER', 'some', 'on', '>pw', 'allchannels', ...rights);
      const redisUrl = `redis://some:pw@127.0.0.1:${setup.redis.port}`;
      const feed = await setup.openFeed({ redisUrl, isWaitedFor: false });
      await using nasdaq = following(feed, NASDAQ);
      await using nyse = following(feed, NYSE);
      await setup.publish('NASDAQ', 'AAPL:1');
      await setup.publish('NYSE', 'TSLA:1');
      await until(() => texts(nyse.entries).includes('TSLA:1'));
      await until(() => stateOf(feed, 'NASDAQ') === 'failed');
      await setup.publish('NYSE', 'TSLA:2');
      await until(() => texts(nyse.entries).includes('TSLA:2'), { timeoutMs: 10_000 });
      await setup.run('ACL', 'SETUSER', 'some', 'allkeys', '+@all');
      await until(() => texts(nasdaq.entries).includes('AAPL:1'));
      await connected(feed);
    });
  }

  it('is read and trimmed as well when only marking it is refused, and its ids that go back are seen', async () => {
    await using setup = await setUp('stream');
    await setup.run('ACL', 'SETUSER', 'some', 'on', '>pw', 'allchannels', 'allkeys', '+@all', '-xgroup');
    const redisUrl = `redis://some:pw@127.0.0.1:${setup.redis.port}`;
    const feed = await setup.openFeed({ redisUrl, isWaitedFor: false });
    await add(setup, 'ticks:NASDAQ', ...Array.from({ length: 300 }, (_, i) => `${i + 1000}-0`));
    await using nasdaq = following(feed, NASDAQ);
    await until(() => texts(nasdaq.entries).length === 300);
    await feed.log.committed([pointAfter(feed, NASDAQ, nasdaq.entries)]);
    assert.ok(Number(await setup.run('XLEN', 'ticks:NASDAQ')) < 300);
    assert.equal(feed.log.status().problem, undefined);
    await setup.run('DEL', 'ticks:NASDAQ');
    await add(setup, 'ticks:NASDAQ', '1-0');
    await until(() => texts(nasdaq.entries).includes('AAPL:1-0'));
    await add(setup, 'ticks:NASDAQ', '2-0');
    await until(() => texts(nasdaq.entries).includes('AAPL:2-0'));
    assert.equal(texts(nasdaq.entries).length, 302);
    assert.equal(told(setup, 'source_restarted').length, 1);
  });
});

describe('a stream whose ids go back', { timeout: 120_000 }, () => {
  const before = ['100-0', '101-0', '102-0'];

  const ways: Record<string, (setup: Setup) => Promise<readonly string[]>> = {
    'deleted, with lower ids': async (setup) => {
      await setup.run('DEL', 'ticks:NASDAQ');
      return ['1-0', '2-0', '50-0'];
    },
    'deleted, with lower and higher ids': async (setup) => {
      await setup.run('DEL', 'ticks:NASDAQ');
      return ['1-0', '101-5', '300-0', '301-0'];
    },
    'flushed, with equal and higher ids': async (setup) => {
      await setup.run('FLUSHALL');
      return ['99-0', '100-0', '101-0', '103-0'];
    },
    'emptied, with a last id that was set back': async (setup) => {
      await setup.run('XTRIM', 'ticks:NASDAQ', 'MAXLEN', '=', '0');
      await setup.run('XSETID', 'ticks:NASDAQ', '5-0');
      return ['6-0', '7-0'];
    },
  };
  for (const [way, change] of Object.entries(ways)) {
    for (const isRunning of [true, false]) {
      it(`is read from its new start, each entry once, and that is told (${way}, ${isRunning ? 'on the fly' : 'at a start'})`, async () => {
        await using setup = await setUp('stream');
        await add(setup, 'ticks:NASDAQ', ...before);
        const feed = await setup.openFeed();
        const read = await follow(feed, NASDAQ, '0-0', before.length);
        assert.deepEqual(texts(read), asTexts(before));
        const point = pointAfter(feed, NASDAQ, read);
        if (!isRunning) await feed.log.committed([point]);
        const after = async (): Promise<string> => (await feed.log.place(point, NASDAQ)).after;
        await using reading = isRunning ? following(feed, NASDAQ, await after()) : undefined;
        const ids = await change(setup);
        await add(setup, 'ticks:NASDAQ', ...ids);
        await using late = reading === undefined ? following(feed, NASDAQ, await after()) : undefined;
        const { entries } = reading ?? late ?? { entries: [] };
        await until(() => texts(entries).length >= ids.length);
        await add(setup, 'ticks:NASDAQ', '400-0');
        await until(() => texts(entries).includes('AAPL:400-0'));
        assert.deepEqual(texts(entries), [...asTexts(ids), 'AAPL:400-0']);
        assert.equal(told(setup, 'source_restarted').length, 1);
        const holes = entries.flatMap((entry, i) => entry.holes?.map(({ reason }) => `${reason} before ${i}`) ?? []);
        assert.deepEqual(holes, ['source_restarted before 0']);
        for (const { position } of entries) assert.ok(feed.log.compare(point.position, position) < 0);
        // The place before finds the same again.
        assert.deepEqual(
          texts([await feed.log.read(NASDAQ, point.position, 1)].flatMap((entry) => entry ?? [])),
          asTexts(ids.slice(0, 1)),
        );
      });
    }
  }

  it('because Redis lost its newest entries gives nothing twice', async () => {
    await using setup = await setUp('stream');
    await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2');
    const feed = await setup.openFeed();
    await using nasdaq = following(feed, NASDAQ);
    await until(() => texts(nasdaq.entries).length === 2);
    await setup.run('COPY', 'ticks:NASDAQ', 'snapshot');
    await setup.publish('NASDAQ', 'AAPL:3', 'AAPL:4');
    await until(() => texts(nasdaq.entries).length === 4);
    await setup.run('COPY', 'snapshot', 'ticks:NASDAQ', 'REPLACE');
    await until(() => told(setup, 'source_restarted').length === 1);
    await setup.publish('NASDAQ', 'AAPL:5');
    await until(() => texts(nasdaq.entries).includes('AAPL:5'));
    assert.deepEqual(texts(nasdaq.entries), ['AAPL:1', 'AAPL:2', 'AAPL:3', 'AAPL:4', 'AAPL:5']);
  });
});
