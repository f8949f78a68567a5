import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { answer, bar, candle, FakeFeed, MINUTE, shown } from './chart-feed.ts';

describe('the candles of a chart', () => {
  afterEach(() => mock.restoreAll());

  it('keep their close when a tick comes later than ticks that only history has', async () => {
    answer({ candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.tick(6, 20, 19);
    assert.deepEqual(bar(model), { close: 12, count: 6 });
    feed.tick(7, 31, 13);
    assert.deepEqual(bar(model), { close: 13, count: 7 });
    model.dispose();
  });

  it('keep it also when such a tick came while history was being loaded after a cut', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 }, { candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.cut();
    const reloaded = model.show({ from: MINUTE, to: Number.POSITIVE_INFINITY });
    // Later than all that the page has seen, earlier than what it missed.
    feed.tick(6, 20, 19);
    await reloaded;
    assert.deepEqual(bar(model), { close: 12, count: 6 });
    feed.tick(7, 31, 13);
    assert.deepEqual(bar(model), { close: 13, count: 7 });
    model.dispose();
  });

  it('are known to be of another range until those that were asked for are there, but not while a cut is mended', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    assert.equal(model.changing.peek(), false);
    const moved = model.show({ from: MINUTE - 600, to: MINUTE + 60 });
    assert.equal(model.changing.peek(), true);
    await moved;
    assert.equal(model.changing.peek(), false);
    feed.cut();
    assert.equal(model.changing.peek(), false);
    model.dispose();
  });

  it('close with the last tick that came of a time stamp, whatever its price', async () => {
    answer({ candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.tick(6, 30, 11);
    assert.deepEqual(bar(model), { close: 11, count: 6 });
    for (const [seq, price] of [
      [7, 10],
      [8, 12],
      [9, 11],
    ] as const) {
      feed.tick(seq, 31, price);
      assert.deepEqual(bar(model), { close: price, count: seq });
    }
    model.dispose();
  });

  it('hold what came live while history, which was empty, was being loaded', async () => {
    answer({ candles: [], position: undefined, last: 0 });
    const feed = new FakeFeed();
    const loading = shown(feed);
    feed.tick(1, 20, 11);
    feed.tick(2, 21, 12);
    const model = await loading;
    assert.deepEqual(bar(model), { close: 12, count: 2 });
    model.dispose();
  });

  it('are not mixed with older ones that were asked for before another range was shown', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 });
    const model = await shown(new FakeFeed());
    const moved = model.show({ from: MINUTE - 86_400, to: MINUTE + 60 });
    await Promise.all([moved, model.loadOlder()]);
    assert.equal(model.window.start, MINUTE - 86_400);
    model.dispose();
  });

  it('are drawn anew when old ones are let go, so that what is drawn does not grow either', async () => {
    answer({ candles: [], position: undefined, last: 0 });
    const feed = new FakeFeed();
    const changes = new Set<string>();
    const model = await shown(feed, { interval: '1s', onChange: (change) => changes.add(change) });
    feed.tick(1, 1, 10);
    changes.clear();
    for (let second = 2; model.window.start < MINUTE + 1; second++) feed.tick(second, second, 10);
    assert.deepEqual([...changes], ['last', 'order']);
    model.dispose();
  });
});
