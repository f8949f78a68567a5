import type { BrowserContextOptions, Page } from 'playwright-core';
import { twoFrames } from './frames.ts';

/** A way in which the page is looked at. */
export interface Look {
  readonly name: string;
  readonly options: BrowserContextOptions;
}

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** All the ways that the page has to be good in. */
export const LOOKS: readonly Look[] = [
  { name: 'light', options: { viewport: DESK, colorScheme: 'light' } },
  { name: 'dark', options: { viewport: DESK, colorScheme: 'dark' } },
  { name: 'contrast-light', options: { viewport: DESK, colorScheme: 'light', contrast: 'more' } },
  { name: 'contrast-dark', options: { viewport: DESK, colorScheme: 'dark', contrast: 'more' } },
  { name: 'forced', options: { viewport: DESK, forcedColors: 'active' } },
  { name: 'phone', options: { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true } },
];

/** Shows an open page in the colours of another look; what follows them is drawn. */
export async function recolor(page: Page, { options }: Look): Promise<void> {
  const { colorScheme = 'light', contrast = 'no-preference', forcedColors = 'none' } = options;
  await page.emulateMedia({ colorScheme, contrast, forcedColors });
  await twoFrames(page);
}
