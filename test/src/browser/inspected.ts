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

interface Inspector {
  live(): { readonly state: string; readonly received: number };
  /** `time` in epoch µs. */
  stocks(): readonly { readonly stock: string; readonly price: number; readonly time: number }[];
  size(): number;
  series(): Series | undefined;
  drawn(): readonly (readonly number[])[];
  bands(): readonly Band[];
  visible(): { readonly from: number; readonly to: number } | undefined;
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
