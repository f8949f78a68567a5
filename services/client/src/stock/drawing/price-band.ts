import type { Bar } from '../bar.ts';
import { barsInView, CanvasLayer, type Sheet } from './canvas-layer.ts';

const OPACITY = 0.22;

/** Behind a line of closes, from the lowest to the highest price of each candle: what happened within it is seen. */
export function priceBand(): CanvasLayer {
  return new CanvasLayer('bottom', drawBand);
}

function drawBand(sheet: Sheet): void {
  const { context, surface } = sheet;
  // Candles show their lows and highs themselves.
  if (surface.series.seriesType() !== 'Line') return;
  context.save();
  context.globalAlpha = OPACITY;
  context.fillStyle = surface.colors.line;
  let run: [Bar, number][] = [];
  for (const [bar, x] of barsInView(surface)) {
    if (bar !== undefined) run.push([bar, x]);
    else {
      fillRun(sheet, run);
      run = [];
    }
  }
  fillRun(sheet, run);
  context.restore();
}

/** Bars without an empty place between them: along the highs, and back along the lows. */
function fillRun({ context, surface }: Sheet, run: readonly (readonly [Bar, number])[]): void {
  const [first, last] = [run[0], run[run.length - 1]];
  if (first === undefined || last === undefined || run.every(([bar]) => bar.low === bar.high)) return;
  const half = (surface.chart.timeScale().options().barSpacing ?? 0) / 2;
  const yOf = (price: number): number => surface.series.priceToCoordinate(price) ?? Number.NaN;
  context.beginPath();
  context.moveTo(first[1] - half, yOf(first[0].high));
  for (const [bar, x] of run) context.lineTo(x, yOf(bar.high));
  context.lineTo(last[1] + half, yOf(last[0].high));
  context.lineTo(last[1] + half, yOf(last[0].low));
  for (const [bar, x] of run.toReversed()) context.lineTo(x, yOf(bar.low));
  context.lineTo(first[1] - half, yOf(first[0].low));
  context.closePath();
  context.fill();
}
