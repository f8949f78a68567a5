import type { Page } from 'playwright-core';
import type { PictureView } from './picture-views.ts';

/** Opens view after view; each is looked at when it is filled and nothing is on its way any more. */
export async function eachView(
  page: Page,
  address: string,
  views: readonly PictureView[],
  look: (view: PictureView) => Promise<void>,
): Promise<void> {
  for (const view of views) {
    await page.goto(address + (typeof view.path === 'string' ? view.path : view.path(Date.now() / 1000)));
    await page.locator(view.filled).first().waitFor();
    await page.waitForLoadState('networkidle');
    await view.prepare?.(page);
    await look(view);
  }
}
