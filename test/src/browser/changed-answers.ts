import type { Page } from 'playwright-core';

/** A page that is being closed is closed within this time, in ms. */
const CLOSING_MS = 3000;

/** Changes what the API answers to a page. What is on its way when the page is closed is nobody's any more. */
export async function changeAnswers<T>(page: Page, address: string, change: (body: T) => unknown): Promise<void> {
  await page.route(address, async (route) => {
    try {
      const response = await route.fetch();
      await route.fulfill({ response, json: change((await response.json()) as T) });
    } catch (error) {
      if (page.isClosed()) return;
      await page.waitForEvent('close', { timeout: CLOSING_MS }).catch(() => {
        throw error;
      });
    }
  });
}
