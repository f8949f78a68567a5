import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe calls serious or critical on the page as it is now, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  return await faults(page, ['serious', 'critical']);
}

/** All that axe finds on the page as it is now, down to advice, one line each. */
export async function allFaults(page: Page): Promise<string[]> {
  return await faults(page, undefined);
}

/**
 * What axe finds of colours alone, for a page that it has been over in other colours.
 * @param enhanced whether texts need a contrast of 7:1 and not of 4.5:1
 */
export async function colorFaults(page: Page, enhanced = false): Promise<string[]> {
  const values = ['color-contrast', 'link-in-text-block', ...(enhanced ? ['color-contrast-enhanced'] : [])];
  return await faults(page, undefined, { runOnly: { type: 'rule', values } });
}

async function faults(page: Page, impacts: readonly string[] | undefined, options: object = {}): Promise<string[]> {
  await page.evaluate(await readFile(script, 'utf8'));
  const settings = JSON.stringify({ resultTypes: ['violations'], ...options });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${settings})`);
  return violations
    .filter(({ impact }) => impacts?.includes(impact ?? '') ?? true)
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}
