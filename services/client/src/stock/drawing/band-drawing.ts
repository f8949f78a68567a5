import type { BandLabel } from '../band-labels.ts';
import type { Band } from '../chart-bands.ts';
import type { ChartColors } from './chart-colors.ts';

/** Pixels of a pane that a band takes, cut to what is visible. */
export interface BandArea {
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

const HATCH = 8;
const WIDE_HATCH = 24;

/** Closed is a calm tint, silence a dashed frame, a hole is hatched between firm lines. Shapes differ, not colours alone. */
export function drawBand(
  context: CanvasRenderingContext2D,
  band: Band,
  area: BandArea,
  colors: ChartColors,
  active: boolean,
): void {
  const { left, right, height } = area;
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.fillStyle = { missing: colors.missingFill, closed: colors.closedFill, silent: colors.bandFill }[band.kind];
  // Where nobody knows whether a tick is missing, the hatching is wide and has no ground.
  const isUnknown = band.hole?.reason === 'unknown';
  if (!isUnknown) context.fillRect(left, 0, right - left, height);
  if (band.kind === 'missing') hatch(context, area, colors.missing, isUnknown ? WIDE_HATCH : HATCH);
  if (band.kind !== 'closed') {
    context.strokeStyle = band.kind === 'missing' ? colors.missing : colors.bandLine;
    context.lineWidth = active ? 4 : 1;
    context.setLineDash(band.kind === 'missing' ? [] : [2, 4]);
    context.beginPath();
    for (const x of [Math.round(left) + 0.5, Math.round(right) - 0.5]) {
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
  }
  context.restore();
}

function hatch(
  context: CanvasRenderingContext2D,
  { left, right, height }: BandArea,
  color: string,
  step: number,
): void {
  context.strokeStyle = color;
  context.globalAlpha = 0.28;
  context.lineWidth = 1;
  context.beginPath();
  // From a fixed grid, so that the lines stay where they are when the chart is moved a little.
  for (let x = Math.floor((left - height) / step) * step; x < right; x += step) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The font that labels of bands are written in, and measured. */
export function labelFont({ font }: ChartColors): string {
  return `11px ${font}`;
}

export function writeLabel(
  context: CanvasRenderingContext2D,
  { text, kind, left, right }: BandLabel,
  height: number,
  colors: ChartColors,
): void {
  const [x, y] = [(left + right) / 2, height / 2];
  context.font = labelFont(colors);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  if (kind === 'missing') {
    context.fillStyle = colors.surface;
    context.fillRect(left - 4, y - 9, right - left + 8, 18);
  }
  context.fillStyle = kind === 'missing' ? colors.missing : colors.text;
  context.fillText(text, x, y);
}
