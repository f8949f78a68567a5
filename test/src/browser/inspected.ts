import type { Page } from 'playwright-core';

/** What `window.tickwatch.series()` answers. */
export interface Series {
  readonly interval: string;
  readonly start: number;
  readonly end: number | null;
  readonly ready: boolean;
  readonly bars: readonly (readonly number[])[];
}

/** What is drawn behind the bars; times in epoch seconds, edges in pixels of the chart. */
export interface Band {
  readonly kind: 'missing' | 'closed' | 'silent';
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
}

/** One of the charts of a page. */
export interface InspectedChart {
  readonly stock: string;
  readonly series: Series | undefined;
  readonly visible: { readonly from: number; readonly to: number } | undefined;
  /** When the candle begins that its legend describes, and whether the crosshair is on it. */
  readonly legend: { readonly time: number; readonly hovered: boolean } | undefined;
}

interface Inspector {
  live(): { readonly state: string; readonly received: number };
  /** `time` in epoch µs. */
  stocks(): readonly { readonly stock: string; readonly price: number; readonly time: number }[];
  series(): Series | undefined;
  drawn(): readonly (readonly number[])[];
  bands(): readonly Band[];
  visible(): { readonly from: number; readonly to: number } | undefined;
  charts(): readonly InspectedChart[];
}

declare global {
  var tickwatch: Inspector;
}

export function seriesOf(page: Page): Promise<Series | undefined> {
  return page.evaluate(() => globalThis.tickwatch?.series());
}

export function drawnOn(page: Page): Promise<readonly (readonly number[])[]> {
  return page.evaluate(() => globalThis.tickwatch?.drawn() ?? []);
}

export function bandsOn(page: Page): Promise<readonly Band[]> {
  return page.evaluate(() => globalThis.tickwatch?.bands() ?? []);
}

export function liveOf(page: Page): Promise<{ readonly state: string; readonly received: number }> {
  return page.evaluate(() => globalThis.tickwatch.live());
}

export function visibleOn(page: Page): Promise<{ readonly from: number; readonly to: number } | undefined> {
  return page.evaluate(() => globalThis.tickwatch?.visible());
}

export function chartsOn(page: Page): Promise<readonly InspectedChart[]> {
  return page.evaluate(() => globalThis.tickwatch?.charts() ?? []);
}
