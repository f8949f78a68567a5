/**
 * Takes a picture of each view, light, dark and on a phone, into artifacts/screenshots:
 * `node --import tsx test/src/browser/screenshots.ts [address]`; without an address a system of its own is started.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser } from './browser.ts';
import { startHouse } from './house.ts';
import { publishWalk } from './walk.ts';

const folder = fileURLToPath(new URL('../../../artifacts/screenshots/', import.meta.url));

const VIEWS = [
  { name: 'board', path: '/' },
  { name: 'stock', path: '/stock/AAPL' },
  { name: 'line', path: '/stock/TSLA?style=line&interval=1m' },
  { name: 'history', path: '/history?stock=AAPL' },
  { name: 'system', path: '/system' },
] as const;

const LOOKS = [
  { name: 'light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'dark' },
] as const;

async function takeAll(browser: Browser, address: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const look of LOOKS) {
    const { page } = await openPage(browser, {
      viewport: { width: look.width, height: look.height },
      colorScheme: look.colorScheme,
    });
    for (const view of VIEWS) {
      await page.goto(address + view.path);
      await page.locator('.chart canvas, .grid canvas, .parts li').first().waitFor();
      // Averages and rates need a moment; the system page measures over ten seconds.
      await setTimeout(view.name === 'system' ? 14_000 : 4000);
      await page.screenshot({ path: join(folder, `${view.name}-${look.name}.png`) });
    }
    await page.context().close();
  }
}

const [given] = process.argv.slice(2);
const browser = await startBrowser();
try {
  if (given !== undefined) await takeAll(browser, given);
  else {
    await using house = await startHouse();
    await using _walk = await publishWalk(house);
    await takeAll(browser, house.address);
  }
} finally {
  await browser.close();
}
