import type { Ends, Measured } from '../measure/measured.ts';
import { placeOf } from '../series-points.ts';
import type { DrawnOver, Pane } from './drawn-over.ts';

export interface MeasuredEnds {
  readonly ends: Ends;
  readonly measured: Measured;
}

/** Draws a measured range: both its ends, a tint between them, and a line from its first price to its last. */
export class MeasureArea implements Pick<DrawnOver, 'paint'> {
  readonly #measured: () => MeasuredEnds | undefined;

  constructor(measured: () => MeasuredEnds | undefined) {
    this.#measured = measured;
  }

  paint({ surface, context, height, x, y }: Pane): void {
    const found = this.#measured();
    if (found === undefined) return;
    const { times } = surface.points;
    const [left, right] = [x(placeOf(times, found.ends.first)), x(placeOf(times, found.ends.last))];
    context.fillStyle = surface.colors.line;
    context.globalAlpha = 0.1;
    context.fillRect(left, 0, right - left, height);
    context.globalAlpha = 1;
    context.strokeStyle = surface.colors.line;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const edge of [left, right]) {
      context.moveTo(edge, 0);
      context.lineTo(edge, height);
    }
    context.stroke();
    const { prices } = found.measured;
    const [from, to] = [y(prices?.first ?? Number.NaN), y(prices?.last ?? Number.NaN)];
    if (from === undefined || to === undefined) return;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(left, from);
    context.lineTo(right, to);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(right, to, 3.5, 0, 2 * Math.PI);
    context.fill();
  }
}
