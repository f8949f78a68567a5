import assert from 'node:assert/strict';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { until } from '../servers/index.ts';
import { atRest } from './at-rest.ts';
import type { House } from './house.ts';
import { chartsOn, type InspectedChart } from './inspected.ts';
import { HOUR } from './prepared.ts';

/** Publishes three hours of a stock from a moment on, in every seventh second only: its candles are at other places than those of others. */
export async function publishSeldom(house: House, stock: string, from: number): Promise<void> {
  const prices = Array.from({ length: Math.floor((3 * HOUR) / 7) }, (_, index) => from + 7 * index).map((second) => ({
    ...{ stock, price: (80 + 3 * Math.sin(second / 400)).toFixed(2) },
    time: (second * 1e6) as EpochMicros,
  }));
  await house.publish('NYSE', prices);
  await until(async () => (await fetch(`${house.address}/api/latest/${encodeURIComponent(stock)}`)).ok, {
    what: `the ticks of ${stock}`,
  });
}

/** Opens an address; resolves when so many charts are there and have candles. */
export async function openSplit(page: Page, address: string, count: number): Promise<void> {
  await page.goto(address);
  await drawn(page, count);
}

export function drawn(page: Page, count: number): Promise<readonly InspectedChart[]> {
  return until(
    async () => {
      const charts = await chartsOn(page);
      const full = charts.filter(({ series, visible }) => (series?.bars.length ?? 0) > 0 && visible !== undefined);
      // What a hand does to a chart that is still loading may be overtaken by what comes.
      const busy = await page.locator('.chart-panel[aria-busy="true"]').count();
      return charts.length === count && full.length === count && busy === 0 ? charts : undefined;
    },
    { what: `${count} charts` },
  );
}

/** What a chart shows once its axis is as wide as its labels need: that moves the left edge. */
export function visibleAtRest(page: Page, nth: number): Promise<NonNullable<InspectedChart['visible']>> {
  return atRest(async () => (await chartsOn(page))[nth]?.visible, 'a chart at rest', 500);
}

/** Drags the nth chart so many pixels to the right. */
export async function drag(page: Page, nth: number, pixels: number): Promise<void> {
  const box = await page.locator('.chart').nth(nth).boundingBox();
  assert.ok(box !== null);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + pixels, y, { steps: 8 });
  await page.mouse.up();
}
