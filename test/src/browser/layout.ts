import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** What is made to be scrolled sideways. */
const SIDEWAYS = '.table-scroll, .toolbar, .chips';
/** Marks of days and of what is covered are as narrow as many of them have to be; keys and a list lead
 *  to each. What is drawn over a chart is small for the chart's sake: menus with large buttons take it away as well. */
const NO_TARGETS = '.day, .strip-part, .overlay-row button, .attribution';

const script = new URL('./in-page/layout.js', import.meta.url);

/** Texts over each other, texts cut off without a sign of it, and what is wider than the page, and stays so; one line each. */
export async function layoutFaults(page: Page): Promise<readonly string[]> {
  return await lasting(page, `[...layout.overlaps(), ...layout.cuts(), ...layout.sideways('${SIDEWAYS}')]`);
}

/** Controls that are too small for a finger, and stay so; one line each. */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return await lasting(page, `layout.smallTargets('${NO_TARGETS}')`);
}

/** What stays: between two states a page may stand oddly for a frame that nobody sees, longer where the machine is slow. */
async function lasting(page: Page, expression: string): Promise<readonly string[]> {
  let faults = await inPage(page, expression);
  for (let looks = 0; looks < 6 && faults.length > 0; looks++) {
    await page.waitForTimeout(500);
    const again = new Set(await inPage(page, expression));
    faults = faults.filter((fault) => again.has(fault));
  }
  return faults;
}

async function inPage(page: Page, expression: string): Promise<readonly string[]> {
  await page.evaluate(`(() => { ${await readFile(script, 'utf8')} })()`);
  return await page.evaluate<string[]>(expression);
}
