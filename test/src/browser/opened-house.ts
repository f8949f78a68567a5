import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type House, startHouse } from './house.ts';

/** What {@link openHouse} opened; a test file is a process of its own, and has one house at a time. */
export let house: House;
export let browser: Browser;

export interface OpenedHouseOptions {
  readonly hub?: Parameters<typeof startHouse>[0];
  /** How many each exchange has; left out: one. */
  readonly lanes?: string;
  /** Of the browser. */
  readonly flags?: readonly string[];
}

/** Opens a house and a browser before the tests of the `describe` that calls it, and closes them after the last one. */
export function openHouse(prepare?: () => Promise<void>, { hub, lanes, flags }: OpenedHouseOptions = {}): void {
  before(async () => {
    // One after the other: what is open is closed also where the next can't be opened.
    browser = await startBrowser(flags);
    house = await startHouse(hub, lanes);
    await prepare?.();
  });
  after(async () => {
    await browser?.close();
    await house?.[Symbol.asyncDispose]();
  });
}
