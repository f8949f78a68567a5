import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signal } from '@preact/signals';
import type { ChartLayer, ChartSurface } from '../src/stock/drawing/chart-layer.ts';
import { Measurement } from '../src/stock/measure/measurement.tsx';
import type { OverlaidChart } from '../src/stock/overlay.ts';
import { noPoints } from '../src/stock/series-points.ts';

Object.assign(globalThis, { document: { addEventListener() {}, removeEventListener() {} } });

describe('measuring', () => {
  it('takes the chart’s drags when it is chosen, also where it was there before the chart', () => {
    let layer: ChartLayer | undefined;
    const measuring = signal(false);
    const add = (one: ChartLayer) => {
      layer = one;
      return () => one.detach();
    };
    const chart = { ...{ measuring, add, legend: signal(undefined) } } as unknown as OverlaidChart;
    const measurement = new Measurement(chart);
    const classes = new Set<string>();
    const element = {
      classList: { toggle: (name: string, has: boolean) => (has ? classes.add(name) : classes.delete(name)) },
      ...{ addEventListener() {}, removeEventListener() {} },
    };
    layer?.attach({
      chart: { chartElement: () => element, applyOptions() {} },
      series: { attachPrimitive() {}, detachPrimitive() {} },
      ...{ points: noPoints(), alsoInView: new Set() },
    } as unknown as ChartSurface);
    measuring.value = true;
    assert.deepEqual([...classes], ['measuring']);
    measurement.dispose();
    assert.deepEqual([...classes], []);
  });
});
