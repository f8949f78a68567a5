import type { Page } from 'playwright-core';
import { pastSessions } from './past-days.ts';

/** What a picture is taken of. */
export interface PictureView {
  readonly name: string;
  /** @param now epoch seconds */
  readonly path: string | ((now: number) => string);
  /** What is there when the view is filled. */
  readonly filled: string;
  /** Figures that the view measures need so long. */
  readonly settleMs?: number;
  /** What is done in the view before: something opened, pointed at. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const HOUR = 3600;
const CHART = '.chart canvas';
const BAR = '.time-bar .strip-part';

/** Every view of the page, once for each look. */
export const PICTURE_VIEWS: readonly PictureView[] = [
  { name: 'board', path: '/', filled: '.grid .row canvas' },
  { name: 'board-active', path: '/', filled: '.grid .row canvas', prepare: chooseRow },
  { name: 'board-lists', path: '/', filled: '.grid .row canvas', prepare: openMenu('Lists', '.menu-list') },
  { name: 'board-view', path: '/', filled: '.grid .row canvas', prepare: openMenu('View', '.menu-checks') },
  { name: 'board-shared', path: '/?list=AAPL,TSLA&name=Tech', filled: '.list-bar' },
  { name: 'search', path: '/', filled: '.grid .row canvas', prepare: search },
  { name: 'keys', path: '/', filled: '.grid .row canvas', prepare: showKeys },
  { name: 'board-none', path: '/?q=nothing+like+it', filled: '.notice' },
  { name: 'stock', path: '/stock/AAPL', filled: CHART },
  { name: 'stock-line', path: '/stock/TSLA?style=line&interval=1m', filled: CHART },
  {
    name: 'stock-days',
    path: twoSessions,
    filled: CHART,
    prepare: openHoles,
  },
  { name: 'stock-card', path: '/stock/AAPL', filled: '.strip-part', prepare: openCard },
  { name: 'stock-compared', path: '/stock/AAPL?compare=MSFT,TSLA&studies=sma20,bb20x2', filled: '.overlay-row' },
  { name: 'stock-studies', path: '/stock/AAPL', filled: CHART, prepare: openMenu('Studies', '.studies-menu') },
  { name: 'stock-date', path: '/stock/AAPL', filled: CHART, prepare: askDate },
  { name: 'split', path: '/split?charts=AAPL~MSFT~TSLA~NVDA', filled: CHART },
  { name: 'stock-unknown', path: '/stock/NOSUCH', filled: '.stock-head' },
  { name: 'history-empty', path: '/history', filled: '.notice' },
  { name: 'history', path: '/history?stock=AAPL', filled: '.prices tbody tr' },
  { name: 'alerts', path: '/alerts', filled: '.alerts .panel:not(:has(.skeleton))' },
  { name: 'system', path: '/system', filled: '.coverage-row', settleMs: 14_000 },
  { name: 'system-end', path: '/system', filled: '.coverage-row', settleMs: 14_000, prepare: scrollToEnd },
  { name: 'past-board', path: past('/'), filled: BAR },
  { name: 'past-stock', path: past('/stock/AAPL?span=7200'), filled: BAR },
  { name: 'past-split', path: past('/split?charts=AAPL~MSFT~TSLA~NVDA'), filled: BAR },
  { name: 'past-history', path: past('/history?stock=AAPL'), filled: BAR },
  { name: 'past-system', path: past('/system'), filled: BAR, settleMs: 14_000 },
  { name: 'past-played', path: past('/stock/AAPL'), filled: BAR, prepare: play },
  { name: 'not-found', path: '/no/such/page', filled: '.notice' },
];

/** The three that the README shows: view, look, and the file in docs/. */
export const DOCS_PICTURES = [
  { view: 'board', look: 'dark', file: 'board-dark.png' },
  { view: 'stock-days', look: 'light', file: 'stock-light.png' },
  { view: 'system', look: 'dark', file: 'system-dark.png' },
] as const;

/** The last two, with what is missing in the first and the night between them. */
function twoSessions(now: number): string {
  const [first = now, second = now] = pastSessions(now).slice(-2);
  return `/stock/AAPL?interval=5m&from=${first - HOUR}&to=${second + 7.5 * HOUR}`;
}

/** An address as it was in the midst of the last session. */
function past(address: string): (now: number) => string {
  return (now) => {
    const [session = now] = pastSessions(now).slice(-1);
    const moment = new Date((session + 3 * HOUR) * 1000).toISOString();
    return `${address}${address.includes('?') ? '&' : '?'}moment=${moment}`;
  };
}

async function play(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play', exact: true }).click();
}

async function chooseRow(page: Page): Promise<void> {
  await page.locator('.grid table').focus();
  for (let row = 0; row < 3; row++) await page.keyboard.press('ArrowDown');
}

async function openHoles(page: Page): Promise<void> {
  const holes = page.locator('.hole-notes summary');
  // They come a moment after the candles, if there are any.
  await holes.click({ timeout: 3000 }).catch(() => undefined);
}

function openMenu(name: string, filled: string): (page: Page) => Promise<void> {
  return async (page) => {
    // A toolbar that is just being filled moves under a pointer.
    await page.getByRole('button', { name, exact: true }).press('Enter');
    await page.locator(filled).waitFor();
  };
}

async function search(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.locator('.palette input').fill('a');
  await page.locator('.palette-option').first().waitFor();
}

async function showKeys(page: Page): Promise<void> {
  await page.keyboard.press('?');
  await page.locator('.key-help dl').first().waitFor();
}

async function openCard(page: Page): Promise<void> {
  // A narrow part may lie under its neighbour; keys lead to each.
  await page.locator('.strip-part').first().press('Enter');
  await page.locator('.coverage-card').waitFor();
}

async function askDate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go to date' }).click();
  await page.locator('.go-to-date form').waitFor();
}

async function scrollToEnd(page: Page): Promise<void> {
  await page.locator('.page').evaluate((element) => element.scrollTo(0, element.scrollHeight));
}
