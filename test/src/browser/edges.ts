import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const script = new URL('./in-page/edges.js', import.meta.url);

/** Controls whose edge stands out by less than 3:1 from what it lies on, one line each. */
export async function faintEdges(page: Page): Promise<readonly string[]> {
  return await inPage(page, 'edges.faintEdges()');
}

/** Goes over the page by the Tab key: stops whose ring is not seen, one line each. */
export async function faintRings(page: Page, stops: number): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let stop = 0; stop < stops; stop++) {
    await page.keyboard.press('Tab');
    faults.push(...(await inPage(page, 'edges.faintFocus()')));
  }
  return faults;
}

async function inPage(page: Page, expression: string): Promise<readonly string[]> {
  await page.evaluate(`(() => { ${await readFile(script, 'utf8')} })()`);
  return await page.evaluate<string[]>(expression);
}
