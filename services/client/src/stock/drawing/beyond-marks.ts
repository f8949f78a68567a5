import { countText, priceText } from '../../format/number-text.ts';
import type { Bar } from '../bar.ts';
import type { ChartScale } from '../chart-scale.ts';
import { MARGINS } from '../price-bounds.ts';
import { barsInView, CanvasLayer, type Sheet } from './canvas-layer.ts';

/** Bars whose marks would overlap share one, in pixels. */
const NEAREST = 110;
const SIZE = 5;

/** Bars beyond one edge that share a mark. */
interface Group {
  readonly x: number;
  readonly count: number;
  readonly price: number;
}

/** Arrows at the edges of a chart beyond which bars reach when only the usual ones have to fit, with how far they go. */
export function beyondMarks(scale: ChartScale, digits: () => number): CanvasLayer {
  return new CanvasLayer('top', (sheet) => {
    if (scale.choices.fit.peek() !== 'usual') return;
    const { series, colors } = sheet.surface;
    const [top, bottom] = [series.coordinateToPrice(0), series.coordinateToPrice(sheet.height)];
    if (top === null || bottom === null) return;
    const bars = [...barsInView(sheet.surface)].filter((item): item is [Bar, number] => item[0] !== undefined);
    const { context } = sheet;
    context.save();
    context.font = `11px ${colors.font}`;
    context.fillStyle = colors.outlier;
    context.textBaseline = 'middle';
    const over = bars.filter(([bar]) => bar.high > top).map(([bar, x]) => ({ x, price: bar.high }));
    const under = bars.filter(([bar]) => bar.low < bottom).map(([bar, x]) => ({ x, price: bar.low }));
    for (const group of grouped(over, Math.max)) drawGroup(sheet, group, 'above', digits());
    for (const group of grouped(under, Math.min)) drawGroup(sheet, group, 'below', digits());
    context.restore();
  });
}

/** Neighbours made one, which stands at the one farthest off. */
function grouped(
  items: readonly { readonly x: number; readonly price: number }[],
  farther: (a: number, b: number) => number,
): readonly Group[] {
  const groups: Group[] = [];
  let begin = Number.NEGATIVE_INFINITY;
  for (const { x, price } of items) {
    const last = groups[groups.length - 1];
    if (last === undefined || x - begin > NEAREST) {
      groups.push({ x, price, count: 1 });
      begin = x;
    } else {
      const most = farther(last.price, price);
      groups[groups.length - 1] = { x: most === last.price ? last.x : x, price: most, count: last.count + 1 };
    }
  }
  return groups;
}

function drawGroup({ context, width, height, surface }: Sheet, group: Group, side: 'above' | 'below', digits: number) {
  const { x, price, count } = group;
  const text = `${count === 1 ? '' : `${countText(count)} to `}${priceText(price, digits)}`;
  // Between the edge and the usual bars, where the legend is not.
  const y = side === 'above' ? Math.max(SIZE + 2, MARGINS.top * height - SIZE) : height - SIZE - 4;
  const tip = side === 'above' ? -SIZE : SIZE;
  context.beginPath();
  context.moveTo(x, y + tip);
  context.lineTo(x - SIZE, y - tip);
  context.lineTo(x + SIZE, y - tip);
  context.closePath();
  context.fill();
  const room = context.measureText(text).width + SIZE + 4;
  const toLeft = x + room > width;
  context.textAlign = toLeft ? 'right' : 'left';
  const from = toLeft ? x - SIZE - 3 : x + SIZE + 3;
  context.strokeStyle = surface.colors.surface;
  context.lineWidth = 3;
  context.strokeText(text, from, y);
  context.fillText(text, from, y);
}
