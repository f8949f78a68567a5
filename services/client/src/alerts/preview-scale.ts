import { type AlertCondition, type AlertPreview, parseTime } from '@tickwatch/core';
import type { PriceLine } from './price-line.ts';

const DAY_MICROS = 86_400e6;
const EDGE = 6;

interface Picture {
  readonly found: AlertPreview;
  /** Epoch µs. */
  readonly start: number;
  readonly end: number;
  readonly prices: PriceLine;
  readonly level: string | undefined;
  readonly width: number;
  readonly height: number;
}

/** Where moments and prices stand in a picture, and the bars of its days: each as a share of the highest. */
export function pictureScale({ found, start, end, prices, level, width, height }: Picture) {
  const long = Math.max(1, end - start);
  const all = [
    ...prices.map(({ price }) => price),
    ...found.places.map(({ price }) => Number(price ?? Number.NaN)),
    Number(level ?? Number.NaN),
  ].filter((price) => Number.isFinite(price));
  const low = Math.min(...all);
  const range = Math.max(...all) - low || 1;
  const x = (time: number): number => ((time - start) / long) * width;
  const days = Math.max(1, Math.ceil(long / DAY_MICROS));
  const counts = new Array<number>(days).fill(0);
  for (const { timestamp } of found.places) {
    const day = Math.floor(((parseTime(timestamp) ?? start) - start) / DAY_MICROS);
    const index = Math.max(0, Math.min(days - 1, day));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return {
    x,
    y: (price: number): number => height - EDGE - ((price - low) / range) * (height - 2 * EDGE),
    bars: counts.map((count, index) => ({
      at: (index / days) * width,
      width: Math.max(1, width / days - 2),
      share: count / most,
    })),
  };
}

/** The price that a condition is about. */
export function levelOf(condition: AlertCondition): string | undefined {
  return condition.type === 'price_crosses' ? String(condition.level) : undefined;
}
