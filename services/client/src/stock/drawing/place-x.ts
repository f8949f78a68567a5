import type { Logical } from 'lightweight-charts';
import { edgeAt } from '../series-points.ts';
import type { ChartSurface } from './chart-layer.ts';

/** The pixel at which a moment lies, also between places: the chart library knows coordinates of whole places only. */
export function edgeX({ chart, points }: ChartSurface, time: number): number {
  const scale = chart.timeScale();
  const edge = edgeAt(points, time);
  const place = Math.floor(edge);
  const x = scale.logicalToCoordinate(place as Logical) ?? Number.NaN;
  return x + (edge - place) * scale.options().barSpacing;
}

/** As {@link edgeX}; before the first bar time goes on as wide as its candle. */
export function timeX(surface: ChartSurface, time: number): number {
  const { times, width } = surface.points;
  const first = times[0] ?? time;
  const x = edgeX(surface, time);
  return time >= first ? x : x - ((first - time) / width) * surface.chart.timeScale().options().barSpacing;
}
