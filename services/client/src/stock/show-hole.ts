import type { Hole } from '@tickwatch/core';
import { nowMs } from '../clock.ts';
import { spanOfHole } from './chart-bands.ts';
import type { ChartController } from './chart-controller.ts';

/** Moves a chart so that a hole is in its middle. */
export function showHole(controller: ChartController, hole: Hole): void {
  const { from, to } = spanOfHole(hole, nowMs() / 1000);
  const margin = Math.max(60, (to - from) * 1.5);
  controller.show({ from: from - margin, to: to + margin });
}
