import type { Pane } from './drawn-over.ts';

export interface LineLook {
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Draws prices by places as a line; over places without one it goes on, over a silence that stands out it does not. */
export function overLine(pane: Pane, priceAt: (place: number) => number | undefined, look: LineLook): void {
  const { context, from, to, x, y, surface } = pane;
  const breaks = surface.points.stretches.filter(({ noticeable }) => noticeable).map(({ before }) => before);
  // One place more on each side, so that the line reaches both edges.
  const last = Math.min(surface.points.times.length - 1, to + 1);
  let next = breaks.findIndex((before) => before >= from - 1);
  if (next < 0) next = breaks.length;
  let drawing = false;
  context.beginPath();
  for (let place = Math.max(0, from - 1); place <= last; place++) {
    const at = y(priceAt(place) ?? Number.NaN);
    if (at !== undefined) {
      if (drawing) context.lineTo(x(place), at);
      else context.moveTo(x(place), at);
      drawing = true;
    }
    while (next < breaks.length && (breaks[next] ?? 0) <= place) {
      next++;
      drawing = false;
    }
  }
  context.strokeStyle = look.color;
  context.lineWidth = look.width;
  context.lineJoin = 'round';
  context.setLineDash([...look.dash]);
  context.stroke();
}
