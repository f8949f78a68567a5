import type { Logical } from 'lightweight-charts';
import { CanvasLayer, type Sheet } from './canvas-layer.ts';

/** Lines closer than this would be a grid of their own, in pixels. */
const NEAREST = 24;

/** Where the hours between sessions are left out: a line at the begin of each. */
export function sessionLines(): CanvasLayer {
  return new CanvasLayer('bottom', drawLines);
}

function drawLines({ context, width, height, surface }: Sheet): void {
  const { openings } = surface.points;
  const scale = surface.chart.timeScale();
  const half = (scale.options().barSpacing ?? 0) / 2;
  const edges = openings.map((place) => Math.round((scale.logicalToCoordinate(place as Logical) ?? 0) - half) + 0.5);
  const seen = edges.filter((x) => x > 0 && x < width);
  if (seen.length > width / NEAREST) return;
  context.save();
  context.strokeStyle = surface.colors.bandLine;
  context.lineWidth = 1;
  context.setLineDash([6, 3]);
  context.beginPath();
  for (const x of seen) {
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  context.stroke();
  context.restore();
}
