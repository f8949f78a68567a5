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

/** Every view of the page, once for each look. */
export const PICTURE_VIEWS: readonly PictureView[] = [
  { name: 'board', path: '/', filled: '.grid .row canvas' },
  { name: 'board-active', path: '/', filled: '.grid .row canvas', prepare: chooseRow },
  { name: 'board-none', path: '/?q=nothing+like+it', filled: '.notice' },
  { name: 'stock', path: '/stock/AAPL', filled: CHART },
  { name: 'stock-line', path: '/stock/TSLA?style=line&interval=1m', filled: CHART },
  {
    name: 'stock-days',
    path: twoSessions,
    filled: CHART,
    prepare: openHoles,
  },
  { name: 'stock-unknown', path: '/stock/NOSUCH', filled: '.stock-head' },
  { name: 'history-empty', path: '/history', filled: '.notice' },
  { name: 'history', path: '/history?stock=AAPL', filled: '.prices tbody tr' },
  { name: 'system', path: '/system', filled: '.coverage-row', settleMs: 14_000 },
  { name: 'system-end', path: '/system', filled: '.coverage-row', settleMs: 14_000, prepare: scrollToEnd },
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

async function chooseRow(page: Page): Promise<void> {
  await page.locator('.grid table').focus();
  for (let row = 0; row < 3; row++) await page.keyboard.press('ArrowDown');
}

async function openHoles(page: Page): Promise<void> {
  const holes = page.locator('.hole-notes summary');
  if ((await holes.count()) > 0) await holes.click();
}

async function scrollToEnd(page: Page): Promise<void> {
  await page.locator('.page').evaluate((element) => element.scrollTo(0, element.scrollHeight));
}
