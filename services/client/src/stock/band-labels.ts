import type { Band } from './chart-bands.ts';

/** Pixels from and to. */
export interface Extent {
  readonly left: number;
  readonly right: number;
}

/** A text as it is written into a band. */
export interface BandLabel extends Extent {
  readonly text: string;
  readonly kind: Band['kind'];
}

/** Room between a text and the edges of its band, and between two texts. */
const PADDING = 6;
/** A text of fewer letters before its … says nothing. */
const FEWEST_LETTERS = 4;

/**
 * Chooses what is written into bands: the longest of a band's texts that fits, else the shortest with an …, else nothing.
 * No text leaves its band or lies over another; what is missing is written before the rest, wide bands before narrow ones.
 * @param areas bands in view with their pixels, cut to what is visible
 * @param measure how many pixels a text takes
 */
export function bandLabels<B extends Pick<Band, 'kind' | 'labels'>>(
  areas: readonly (readonly [B, Extent])[],
  measure: (text: string) => number,
): ReadonlyMap<B, BandLabel> {
  const written = new Map<B, BandLabel>();
  const rank = ([{ kind }, { left, right }]: readonly [B, Extent]): number =>
    (kind === 'missing' ? 1e6 : 0) + right - left;
  for (const [band, area] of areas.toSorted((a, b) => rank(b) - rank(a))) {
    const room = widest(area, [...written.values()]);
    const text = fitting(band.labels, room.right - room.left - 2 * PADDING, measure);
    if (text === undefined) continue;
    const [middle, half] = [(room.left + room.right) / 2, measure(text) / 2];
    written.set(band, { text, kind: band.kind, left: middle - half, right: middle + half });
  }
  return written;
}

/** The widest part of an area that has no text yet. */
function widest({ left, right }: Extent, taken: readonly Extent[]): Extent {
  let best: Extent = { left, right: left };
  let from = left;
  const blocks = taken.filter((one) => one.right > left && one.left < right).sort((a, b) => a.left - b.left);
  for (const block of [...blocks, { left: right, right }]) {
    if (block.left - from > best.right - best.left) best = { left: from, right: block.left };
    from = Math.max(from, block.right);
  }
  return best;
}

function fitting(labels: readonly string[], room: number, measure: (text: string) => number): string | undefined {
  const whole = labels.find((label) => measure(label) <= room);
  if (whole !== undefined) return whole;
  const letters = [...(labels[labels.length - 1] ?? '')];
  for (let count = letters.length - 1; count >= FEWEST_LETTERS; count--) {
    const text = `${letters.slice(0, count).join('').trimEnd()}…`;
    if (measure(text) <= room) return text;
  }
  return undefined;
}
