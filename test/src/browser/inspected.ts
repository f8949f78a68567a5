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
  /** What is written into it, from which pixel to which. */
  readonly written?: { readonly text: string; readonly left: number; readonly right: number };
}

/** A study's values: time (epoch seconds), middle, and the bands' upper and lower. */
export interface StudyPoints {
  readonly study: string;
  readonly points: readonly (readonly [number, number, number | undefined, number | undefined])[];
}

/** A stock of a comparison: its price, that at the left edge, and their ratio less one. */
export interface Compared {
  readonly stock: string;
  readonly price: number | undefined;
  readonly base: number | undefined;
  readonly ratio: number | undefined;
  readonly since: number | undefined;
}

/** What is measured; times in epoch seconds. */
export interface MeasuredReading {
  readonly state: string;
  readonly ends: { readonly first: number; readonly last: number };
  readonly measured: {
    readonly to: number;
    readonly count: number;
    readonly prices: { readonly first: number; readonly last: number; readonly mean: number } | undefined;
  };
}

interface Overlaid {
  readonly compare?: readonly Compared[];
  readonly studies?: readonly StudyPoints[];
  readonly measure?: MeasuredReading | undefined;
}

/** What the axes of the chart show; times in epoch seconds, `x` in pixels, prices at the lower and the upper edge. */
export interface Axes {
  readonly marks: readonly { readonly text: string; readonly time: number; readonly x: number }[];
  readonly low: number | null;
  readonly high: number | null;
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
  /** Epoch µs; null: the page is live. */
  moment(): number | null;
  /** `time` in epoch µs. */
  stocks(): readonly { readonly stock: string; readonly price: number; readonly time: number }[];
  size(): number;
  series(): Series | undefined;
  drawn(): readonly (readonly number[])[];
  bands(): readonly Band[];
  overlays(): Overlaid;
  axis(): Axes | undefined;
  averages(): readonly number[];
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

export function averagesOn(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => globalThis.tickwatch?.averages() ?? []);
}

export function liveOf(page: Page): Promise<{ readonly state: string; readonly received: number }> {
  return page.evaluate(() => globalThis.tickwatch.live());
}

export function visibleOn(page: Page): Promise<{ readonly from: number; readonly to: number } | undefined> {
  return page.evaluate(() => globalThis.tickwatch?.visible());
}

export function overlaysOn(page: Page): Promise<Overlaid> {
  return page.evaluate(() => globalThis.tickwatch?.overlays() ?? {});
}

export function axesOf(page: Page): Promise<Axes | undefined> {
  return page.evaluate(() => globalThis.tickwatch?.axis());
}

export function chartsOn(page: Page): Promise<readonly InspectedChart[]> {
  return page.evaluate(() => globalThis.tickwatch?.charts() ?? []);
}

export function momentOn(page: Page): Promise<number | null> {
  return page.evaluate(() => globalThis.tickwatch?.moment() ?? null);
}
