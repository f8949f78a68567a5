import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signal } from '@preact/signals';
import { barOfTick } from '../src/stock/bar.ts';
import { CandleWindow } from '../src/stock/candle-window.ts';
import type { LegendBar } from '../src/stock/controller-options.ts';
import type { ChartLayer, ChartSurface } from '../src/stock/drawing/chart-layer.ts';
import { Measurement } from '../src/stock/measure/measurement.tsx';
import type { OverlaidChart } from '../src/stock/overlay.ts';
import { seriesPoints } from '../src/stock/series-points.ts';

Object.assign(globalThis, { document: { addEventListener() {}, removeEventListener() {} } });

/** Measuring on a chart that is still to come, and the classes of its element. */
function measuringOn(window: CandleWindow) {
  let layer: ChartLayer | undefined;
  const measuring = signal(false);
  const legend = signal<LegendBar | undefined>(undefined);
  const add = (one: ChartLayer) => {
    layer = one;
    return () => one.detach();
  };
  const live = { listen: () => () => {} };
  const chart = { measuring, add, legend, live, model: { window } } as unknown as OverlaidChart;
  const measurement = new Measurement(chart);
  const classes = new Set<string>();
  const element = {
    classList: { toggle: (name: string, has: boolean) => (has ? classes.add(name) : classes.delete(name)) },
    ...{ addEventListener() {}, removeEventListener() {} },
  };
  layer?.attach({
    chart: { chartElement: () => element, applyOptions() {} },
    series: { attachPrimitive() {}, detachPrimitive() {} },
    ...{ points: seriesPoints(window), alsoInView: new Set() },
  } as unknown as ChartSurface);
  return { measurement, measuring, legend, classes };
}

describe('measuring', () => {
  it('takes the chart’s drags when it is chosen, also where it was there before the chart', () => {
    const { measurement, measuring, classes } = measuringOn(new CandleWindow('1m', 'UTC'));
    measuring.value = true;
    assert.deepEqual([...classes], ['measuring']);
    measurement.dispose();
    assert.deepEqual([...classes], []);
  });

  it('ends a day when its clock does, also on the day on which that is set back', () => {
    const window = new CandleWindow('1d', 'America/New_York');
    const midnight = Date.parse('2024-11-03T00:00-04:00') / 1000;
    window.bars = [barOfTick(midnight, 10)];
    const { measurement, legend } = measuringOn(window);
    legend.value = { bar: barOfTick(midnight, 10), hovered: true, incomplete: false };
    measurement.mark();
    assert.equal(measurement.reading.peek()?.measured.to, Date.parse('2024-11-04T00:00-05:00') / 1000);
    measurement.dispose();
  });
});
