/** How soon is the board there, does it scroll, and what does it take, with few stocks and with very many? */
import { openPage, startBrowser, startFlood, startHouse } from '@tickwatch/test/browser';
import type { Browser, Page } from 'playwright-core';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { exchangeOfStock, fillHouse, stockName } from './page/fill-house.ts';
import { boardTimes, framesPerSecond, heapAfterCollection, interactionDelay, noteBoard } from './page/measures.ts';

export interface PageOptions {
  /** Of stocks, ascending. */
  readonly counts: readonly number[];
  readonly ticksPerSecond: number;
  /** Of each measurement. */
  readonly seconds: number;
}

const MOST_MS: Readonly<Record<number, number>> = { 300: 1000, 20000: 2000 };
const MOST_HEAP_MB = 60;
const MOST_DELAY_MS = 100;
/** Of an empty page's frames on the same machine, in the same flood; 50 of 60 where it has all to itself. */
const LEAST_FRAMES = 0.83;
const LOADS = 5;

export async function pageBench(options: PageOptions, say: (text: string) => void): Promise<BenchTable> {
  await using house = await startHouse();
  const browser = await startBrowser(['--enable-precise-memory-info']);
  const rows: BenchRow[] = [];
  try {
    let filled = 0;
    for (const stocks of options.counts) {
      say(`${stocks} stocks …`);
      await fillHouse(house, filled, stocks);
      filled = stocks;
      rows.push(...(await loads(browser, house.address, stocks)));
      const flooded = Array.from({ length: stocks }, (_, i) => ({ stock: stockName(i), exchange: exchangeOfStock(i) }));
      await using _flood = startFlood(house, flooded, options.ticksPerSecond);
      rows.push(...(await underFlood(browser, house.address, stocks, options)));
    }
  } finally {
    await browser.close();
  }
  const notes = [
    'House, browser and publisher share the machine. Frames are drawn by software, beside an empty page’s.',
  ];
  return { title: `The page, ${options.ticksPerSecond.toLocaleString('en-US')} ticks/s`, rows, notes };
}

async function loads(browser: Browser, address: string, stocks: number): Promise<readonly BenchRow[]> {
  const times: { first: number; whole: number }[] = [];
  for (let i = 0; i < LOADS; i++) {
    const { page } = await openPage(browser);
    await noteBoard(page, stocks);
    await page.goto(address);
    times.push(await boardTimes(page));
    await page.close();
  }
  const median = (key: 'first' | 'whole'): number =>
    times.map((time) => time[key]).toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? Number.NaN;
  const atMost = MOST_MS[stocks];
  const alone = await answersAlone(address);
  const name = stocks.toLocaleString('en-US');
  return [
    { question: `first rows of ${name} stocks, p50`, value: median('first'), unit: 'ms' },
    {
      question: `board of ${name} stocks complete, p50`,
      value: median('whole'),
      unit: 'ms',
      ...(atMost === undefined ? {} : { goal: { atMost } }),
    },
    {
      question: `… beside its answers alone, ${name} stocks`,
      value: median('whole'),
      unit: 'ms',
      beside: { name: 'all pages, read and thrown away', value: alone },
    },
  ];
}

/** What the board's pages take without a browser, one after the other; the median of some. */
async function answersAlone(address: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    const started = performance.now();
    let path: string | undefined = '/api/board?timezone=America/New_York&day=last&sparkline=minutes&limit=5000';
    while (path !== undefined) {
      const answer: Response = await fetch(address + path);
      await answer.arrayBuffer();
      path = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    times.push(performance.now() - started);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? Number.NaN;
}

async function underFlood(
  browser: Browser,
  address: string,
  stocks: number,
  { seconds }: PageOptions,
): Promise<readonly BenchRow[]> {
  const name = stocks.toLocaleString('en-US');
  const { page } = await openPage(browser);
  await noteBoard(page, stocks);
  await page.goto(address);
  await boardTimes(page);
  // Every stock has ticked, and the memory of live ticks is full.
  await page.waitForTimeout(10_000);
  const scrolling = await framesPerSecond(page, seconds, '.grid');
  const interactions = await interact(page);
  const delay = await interactionDelay(page, interactions);
  const heap = await heapAfterCollection(page);
  await page.close();
  const { page: blank } = await openPage(browser);
  const possible = await framesPerSecond(blank, seconds);
  await blank.close();
  return [
    {
      question: `${name} stocks, frames while it scrolls`,
      value: scrolling,
      unit: 'a second',
      beside: { name: 'an empty page', value: possible },
      goal: { atLeast: LEAST_FRAMES },
    },
    { question: `${name} stocks, heap`, value: heap, unit: 'MB', goal: { atMost: MOST_HEAP_MB } },
    {
      question: `${name} stocks, interaction to next paint, p75`,
      value: delay,
      unit: 'ms',
      goal: { atMost: MOST_DELAY_MS },
    },
  ];
}

/** Filters, sorts and moves about, as people do. @returns how many interactions that was */
async function interact(page: Page): Promise<number> {
  let count = 0;
  const search = page.locator('input[type=search]');
  await search.click();
  for (const key of 'B00012') {
    await page.keyboard.press(key);
    await page.waitForTimeout(200);
  }
  for (const _ of 'B00012') await page.keyboard.press('Backspace');
  count += 13;
  for (const column of ['Change %', 'Price', 'Stock', 'Ticks/min', 'Stock']) {
    await page.getByRole('button', { name: column, exact: true }).first().click();
    await page.waitForTimeout(400);
    count++;
  }
  await page.locator('table').focus();
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press(i % 3 === 0 ? 'PageDown' : 'ArrowDown');
    await page.waitForTimeout(100);
    count++;
  }
  return count;
}
