import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signal } from '@preact/signals';
import { barOfTick } from '../src/stock/bar.ts';
import { CandleWindow } from '../src/stock/candle-window.ts';
import type { ChartDrawingOptions } from '../src/stock/chart-drawing.ts';
import type { PriceChart } from '../src/stock/drawing/price-chart.ts';
import { noPoints, type SeriesPoints } from '../src/stock/series-points.ts';

const T0 = 1_760_000_000;

let frame: () => void = () => {};
Object.assign(globalThis, {
  document: { documentElement: { dataset: {}, style: {} } },
  matchMedia: () => ({ matches: false, addEventListener() {} }),
  addEventListener() {},
  requestAnimationFrame: (draw: () => void) => {
    frame = draw;
  },
});
const { ChartDrawing } = await import('../src/stock/chart-drawing.ts');

/** A chart that keeps what it was told to draw last at each time. */
class FakeChart {
  points: SeriesPoints = noPoints();
  readonly closes = new Map<number, number>();

  digits = 0;

  setPoints(points: SeriesPoints, digits: number): void {
    this.points = points;
    this.digits = digits;
    this.closes.clear();
    for (const bar of points.bars) if (bar !== undefined) this.closes.set(bar.time - T0, bar.close);
  }
  updateLast(bar: ReturnType<typeof barOfTick>): void {
    if (this.points.times.at(-1) !== bar.time) (this.points.times as number[]).push(bar.time);
    this.closes.set(bar.time - T0, bar.close);
  }
  setMarks(): void {}
}

function drawn(mayDraw: () => boolean = () => true) {
  const model = { window: new CandleWindow('1s', 'UTC') };
  const notes = {
    closed: [],
    hovered: signal(),
    outliers: signal([]),
    bands: () => [],
    incompleteAmong: () => () => false,
  };
  const drawing = new ChartDrawing({
    ...{ model, notes, mayDraw, onDrawn() {}, onLast() {} },
  } as unknown as ChartDrawingOptions);
  const chart = new FakeChart();
  drawing.chart = chart as unknown as PriceChart;
  drawing.changed('order');
  frame();
  let seq = 0;
  const tick = (second: number, price: number): void => {
    drawing.changed(model.window.take({ time: T0 + second, price, lane: 'NASDAQ/0', seq: ++seq, latest: true }));
  };
  return { model, chart, tick };
}

describe('what is drawn of live candles', () => {
  it('is the last close of each, also of one that another has followed before the next frame', () => {
    const { chart, tick } = drawn();
    tick(0, 10);
    frame();
    tick(0.5, 11);
    tick(1, 12);
    frame();
    assert.deepEqual(
      [...chart.closes],
      [
        [0, 11],
        [1, 12],
      ],
    );
  });

  it('is each of those that came while the page was hidden and drew nothing', () => {
    const { chart, tick } = drawn();
    for (const second of [0, 1, 2, 3]) tick(second, second);
    frame();
    for (const second of [4, 5, 6, 7]) tick(second, second);
    frame();
    assert.deepEqual([...chart.closes.keys()], [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('has all digits of a price that has more than those before', () => {
    const { chart, tick } = drawn();
    tick(0, 10.25);
    frame();
    tick(0.5, 10.125);
    frame();
    assert.equal(chart.digits, 3);
  });

  it('are none of other candles that are not to be drawn yet', () => {
    let may = true;
    const { model, chart, tick } = drawn(() => may);
    tick(0, 10);
    frame();
    may = false;
    model.window = new CandleWindow('1m', 'UTC');
    model.window.bars = [barOfTick(T0 - 20, 5), barOfTick(T0 + 40, 6)];
    tick(50, 7);
    frame();
    tick(51, 8);
    frame();
    assert.deepEqual([...chart.closes], [[0, 10]]);
  });
});
