import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { twoFrames } from '../browser/frames.ts';
import { cover, recordGap } from '../browser/known-holes.ts';
import { layoutFaults, smallTargets } from '../browser/layout.ts';
import { ODD_STOCKS, publishOddStocks } from '../browser/odd-stocks.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { PICTURE_VIEWS, type PictureView } from '../browser/picture-views.ts';
import { HOUR, publishHours } from '../browser/prepared.ts';
import { storedStocks } from '../browser/stored.ts';
import { eachView } from '../browser/walk-views.ts';
import { until } from '../servers/index.ts';

/** Those that differ in what has to find room, and those of stocks that have hardly any. */
const VIEWS: readonly PictureView[] = [
  ...PICTURE_VIEWS.filter(({ name }) => !/-(?:end|line|active|studies)$/.test(name)),
  ...Object.keys(ODD_STOCKS).flatMap((stock) => [
    { name: `stock ${stock}`, path: `/stock/${encodeURIComponent(stock)}`, filled: '.chart canvas' },
    { name: `history ${stock}`, path: `/history?stock=${encodeURIComponent(stock)}`, filled: '.prices tbody tr' },
  ]),
];

interface Place {
  readonly name: string;
  readonly options: BrowserContextOptions;
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
}

const PHONE = { width: 390, height: 844 };
const FINGERS = { hasTouch: true, isMobile: true, viewport: PHONE } as const;

const PLACES: readonly Place[] = [
  {
    name: 'phones, held and lying',
    options: FINGERS,
    sizes: [PHONE, { width: 360, height: 740 }, { width: 844, height: 390 }],
  },
  // At 200 % a page of 1280 pixels has 640.
  {
    name: 'a desk',
    options: {},
    sizes: [
      { width: 1280, height: 800 },
      { width: 640, height: 400 },
    ],
  },
];

/** What readers set who need more room between letters, words and lines (WCAG 1.4.12). */
const SPACED = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
  document.adoptedStyleSheets = [sheet];
})()`;

describe('a page with little room', () => {
  openHouse(async () => {
    const oldest = await publishHours(house);
    await publishOddStocks(house);
    await cover(house, 'NASDAQ', oldest);
    await recordGap(house, { exchange: 'NASDAQ', from: oldest + HOUR, to: oldest + 1.4 * HOUR, messages: 123_456_789 });
    await storedStocks(house, 8);
  });

  for (const { name, options, sizes } of PLACES) {
    it(`has no text over another, none cut off in silence, nothing wider than the page, and what fingers hit: ${name}`, async () => {
      const { page } = await openPage(browser, { ...options, reducedMotion: 'reduce' });
      // Exchanges without a calendar are open on any day: the link to the silent stocks is there to be touched.
      if (options === FINGERS) await page.route('**/api/sessions?*', (route) => route.fulfill({ json: [] }));
      const faults: string[] = [];
      await eachView(page, house.address, VIEWS, async (view) => {
        for (const size of sizes) {
          await page.setViewportSize(size);
          await twoFrames(page);
          for (const fault of await layoutFaults(page)) faults.push(`${view.name}, ${size.width} px: ${fault}`);
        }
        if (options !== FINGERS || view.name.includes(' ')) return;
        await page.setViewportSize(PHONE);
        await twoFrames(page);
        for (const fault of await smallTargets(page)) faults.push(`${view.name}: ${fault}`);
        await page.evaluate(SPACED);
        for (const fault of await layoutFaults(page)) faults.push(`${view.name}, spaced: ${fault}`);
      });
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }

  it('tells at an edge that there is more behind it, and only there', async () => {
    const { page } = await openPage(browser, FINGERS);
    await page.goto(`${house.address}/stock/AAPL`);
    const tools = page.locator('.chart-tools');
    await page.locator('.chart canvas').first().waitFor();
    await until(async () => same(await fades(page), [false, true]), { what: 'a fade on the right' });
    await tools.evaluate((element) => element.scrollTo(100, 0));
    await until(async () => same(await fades(page), [true, true]), { what: 'fades on both sides' });
    await tools.evaluate((element) => element.scrollTo(9999, 0));
    await until(async () => same(await fades(page), [true, false]), { what: 'a fade on the left' });
    await page.setViewportSize({ width: 2200, height: 844 });
    await until(async () => same(await fades(page), [false, false]), { what: 'no fade' });
    await page.context().close();
  });
});

/** Whether the chart's tools fade on the left and on the right. */
function fades(page: Page): Promise<readonly boolean[]> {
  return page.evaluate(`(() => {
    const style = getComputedStyle(document.querySelector('.chart-tools'));
    return ['--fade-start', '--fade-end'].map((name) => parseFloat(style.getPropertyValue(name)) > 0);
  })()`);
}

function same(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.every((value, index) => value === b[index]);
}
