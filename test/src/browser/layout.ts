import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** What is made to be scrolled sideways. */
const SIDEWAYS = '.table-scroll, .toolbar, .chips';
/** Marks of days and of what is covered are as narrow as many of them have to be; keys and a list lead
 *  to each. What is drawn over a chart is small for the chart's sake: menus with large buttons take it away as well. */
const NO_TARGETS = '.day, .strip-part, .overlay-row button, .attribution';

const script = new URL('./in-page/layout.js', import.meta.url);

/** Texts over each other, texts cut off without a sign of it, and what is wider than the page; one line each. */
export async function layoutFaults(page: Page): Promise<readonly string[]> {
  return await inPage(page, `[...layout.overlaps(), ...layout.cuts(), ...layout.sideways('${SIDEWAYS}')]`);
}

/** Controls that are too small for a finger, one line each. */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return await inPage(page, `layout.smallTargets('${NO_TARGETS}')`);
}

async function inPage(page: Page, expression: string): Promise<readonly string[]> {
  await page.evaluate(`(() => { ${await readFile(script, 'utf8')} })()`);
  return await page.evaluate<string[]>(expression);
}
