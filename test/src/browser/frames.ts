import type { Page } from 'playwright-core';

const LONGEST_MS = 20_000;

/** The browser draws a page no more, though its scripts run. */
export class NoFrameError extends Error {}

/** What was changed is drawn. @throws NoFrameError */
export async function twoFrames(page: Page): Promise<void> {
  const isDrawn = await page.evaluate<boolean>(`new Promise((done) => {
    setTimeout(done, ${LONGEST_MS}, false);
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  })`);
  if (!isDrawn) throw new NoFrameError(`${page.url()} was not drawn within ${LONGEST_MS / 1000} s`);
}
