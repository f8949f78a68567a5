import type { Page } from 'playwright-core';
import { NoFrameError } from './frames.ts';
import type { PictureView } from './picture-views.ts';

/** Opens view after view; each is looked at when it is filled and nothing is on its way any more. */
export async function eachView(
  page: Page,
  address: string,
  views: readonly PictureView[],
  look: (view: PictureView) => Promise<void>,
): Promise<void> {
  const open = async (view: PictureView): Promise<void> => {
    await page.goto(address + (typeof view.path === 'string' ? view.path : view.path(Date.now() / 1000)));
    await page.locator(view.filled).first().waitFor();
    await page.waitForLoadState('networkidle');
    await view.prepare?.(page);
    await look(view);
  };
  for (const view of views) {
    await open(view).catch(async (error: unknown) => {
      if (!(error instanceof NoFrameError)) throw error;
      // Chromium 156 now and then draws a page no more whose size was changed, whatever is done but to load it again.
      await page.reload();
      await open(view);
    });
  }
}
