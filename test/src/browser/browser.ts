import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's chromium, or the one that CHROMIUM names. */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('no chromium found: install it, or name it in CHROMIUM');
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

/** What the page complained about: a test ends by looking that it is empty. */
export interface Complaints {
  readonly list: string[];
}

/** A page in a context of its own that notes every error, refused style or script, and exception. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: Complaints }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  const list: string[] = [];
  page.on('pageerror', (error) => list.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') list.push(`${message.text()} ${message.location().url}`);
  });
  // Why it could not answer is in the server's answer alone.
  page.on('response', async (response) => {
    if (response.status() < 500) return;
    list.push(await response.text().catch(() => 'the page went on before the server’s answer was read'));
  });
  return { page, complaints: { list } };
}

/** Goes to another view as a link of the page would, without loading the page again. */
export async function goInPage(page: Page, address: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
}

/** A page that loads nothing ahead, as where the browser is to save data: what it needs is asked for when it is needed. */
export async function openSparing(browser: Browser): Promise<Page> {
  const { page } = await openPage(browser);
  await page.addInitScript(`Object.defineProperty(navigator, 'connection', { value: { saveData: true } })`);
  return page;
}

/** One of the parameters of the page's address. */
export function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}
