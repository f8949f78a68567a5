import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { answer, bar, candle, counted, FakeFeed, MINUTE, shown } from './chart-feed.ts';

describe('the candles of a chart that is cut off, or hears of ticks late', () => {
  afterEach(() => mock.restoreAll());

  for (const [when, cuts] of [
    ['opened', 1],
    ['opened and again while that is mended', 2],
  ] as const) {
    it(`hold what was missed while the chart was being ${when}, though nothing more comes`, async () => {
      const feed = new FakeFeed();
      // Each answer was made before the cut, which ticks 6 and 7 fell into.
      const behind = { candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => feed.cut() };
      answer(...Array.from({ length: cuts }, () => behind), { candles: [candle(14, 7)], position: 7, last: 32 });
      const model = await shown(feed);
      await counted(model, 7);
      model.dispose();
    });
  }

  it('are asked for once when the cut was before they were', async () => {
    let asked = 0;
    const feed = new FakeFeed();
    answer({ candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => asked++ });
    feed.ready = async () => feed.cut();
    const model = await shown(feed);
    await setTimeout(200);
    assert.equal(asked, 1);
    model.dispose();
  });

  it('are not asked for again for a late tick that an answer has counted before it came', async () => {
    let asked = 0;
    const meanwhile = () => asked++;
    answer(
      { candles: [candle(12, 5)], position: 5, last: 30, meanwhile },
      { candles: [candle(14, 8)], position: 8, last: 40, meanwhile },
    );
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.tick(6, 20, 19);
    await counted(model, 8);
    feed.tick(7, 35, 13);
    feed.tick(8, 40, 14);
    await setTimeout(400);
    assert.deepEqual([bar(model), asked], [{ close: 14, count: 8 }, 2]);
    model.dispose();
  });

  describe('of the past', () => {
    const end = MINUTE + 60;

    it('take a late tick, and hold one that was missed', async () => {
      answer(
        { candles: [candle(12, 5)], position: 5, last: 30 },
        // It fell among them: only the database knows where.
        { candles: [candle(12, 6)], position: 6, last: 30 },
        { candles: [candle(12, 7)], position: 7, last: 30 },
      );
      const feed = new FakeFeed();
      const model = await shown(feed, {}, end);
      assert.equal(model.window.live, false);
      feed.tick(6, 20, 19);
      assert.deepEqual(bar(model), { close: 12, count: 6 });
      feed.cut();
      await counted(model, 7);
      assert.deepEqual([model.window.start, model.window.end], [MINUTE, end]);
      model.dispose();
    });

    it('stay what they were where the range was asked to end there', async () => {
      let asked = 0;
      answer({ candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => asked++ });
      const feed = new FakeFeed();
      const model = await shown(feed, { bounds: { from: MINUTE, to: end } });
      feed.tick(6, 20, 19);
      feed.cut();
      await setTimeout(400);
      assert.deepEqual([bar(model), asked], [{ close: 12, count: 5 }, 1]);
      model.dispose();
    });

    it('miss no late tick while they are led to now, whichever is sooner: the answer or the tick', async () => {
      answer(
        { candles: [candle(12, 5)], position: 5, last: 30 },
        { candles: [], position: 7, last: 0 },
        { candles: [candle(12, 7)], position: 7, last: 30 },
      );
      const feed = new FakeFeed();
      const model = await shown(feed, {}, end);
      await model.loadNewer();
      assert.equal(model.window.live, true);
      feed.tick(6, 20, 19);
      feed.tick(7, 21, 19);
      await counted(model, 7);
      model.dispose();
    });
  });
});
