import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { drawnOn, seriesOf, visibleOn } from '../browser/inspected.ts';
import { HOLE, markOutlier, NIGHT, publishNight } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const LAST = NIGHT.open + 2 * HOUR - 15;
const VIEW = `/stock/AAPL?interval=1m&from=${NIGHT.open}&to=${NIGHT.open + 2.2 * HOUR}`;
/** With bars on both sides of it. */
const AMID = VIEW.replace(/to=.*/, `to=${NIGHT.open + 1.5 * HOUR}`);

describe('a chart by keys', () => {
  openHouse(async () => {
    await publishNight(house);
    await markOutlier(house, { stock: 'AAPL', exchange: 'NASDAQ', time: LAST, price: '176.00', median: '99.00' });
  });

  async function openChart(path: string = VIEW) {
    const opened = await openPage(browser);
    await opened.page.goto(house.address + path);
    await opened.page.locator('.strip-part').first().waitFor();
    await opened.page.locator('.chart').focus();
    return opened;
  }

  const spoken = async (page: Page): Promise<string> => (await page.locator('[data-spoken]').textContent()) ?? '';
  const saying = (page: Page, what: RegExp): Promise<string> =>
    until(
      async () => {
        const text = await spoken(page);
        return what.test(text) ? text : undefined;
      },
      { what: `words like ${what}` },
    );
  /** The time of the bar that the legend describes, with the crosshair on it. */
  const hovered = async (page: Page): Promise<string | undefined> => {
    const when = page.locator('.legend.hovered .when');
    return (await when.count()) === 0 ? undefined : ((await when.textContent()) ?? '');
  };
  const clockAt = (seconds: number): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', timeStyle: 'medium' }).format(seconds * 1000);

  it('moves the crosshair bar by bar and by ten, and says what is there', async () => {
    const { page, complaints } = await openChart();
    const bars = (await seriesOf(page))?.bars ?? [];
    const [time = 0, open, high, low, close, count] = bars[bars.length - 1] ?? [];
    await page.keyboard.press('ArrowLeft');
    const last = await saying(page, new RegExp(`^${clockAt(time)}`));
    for (const figure of [open, high, low, close]) assert.ok(last.includes((figure ?? 0).toFixed(2)), last);
    assert.match(last, new RegExp(`${count} ticks`));
    assert.match(last, /far from the others: 176\.00, median 99\.00/);
    await page.keyboard.press('ArrowLeft');
    await saying(page, new RegExp(`^${clockAt(time - 60)}`));
    await until(async () => (await hovered(page))?.includes(clockAt(time - 60)), { what: 'the legend' });
    await page.keyboard.press('Shift+ArrowLeft');
    await saying(page, new RegExp(`^${clockAt(time - 660)}`));
    await page.keyboard.press('End');
    await saying(page, new RegExp(`^${clockAt(time)}`));
    await page.keyboard.press('Escape');
    await until(async () => (await hovered(page)) === undefined && (await spoken(page)) === '', {
      what: 'no crosshair',
    });
    assert.deepEqual(await seriousFaults(page), []);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says the hole that a bar lies in, and why by Enter', async () => {
    const { page } = await openChart();
    await page.keyboard.press('Home');
    const from = new RegExp(`^${clockAt(HOLE.from)}.*Missing: nobody was listening`);
    for (let i = 0; i < 60 && !from.test(await spoken(page)); i++) {
      const before = await spoken(page);
      await page.keyboard.press('ArrowRight');
      await until(async () => (await spoken(page)) !== before, { what: 'the next bar' });
    }
    await saying(page, from);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Coverage: Missing' }).getByText('1,234 messages').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate('document.activeElement.className'), 'chart');
    await page.context().close();
  });

  it('zooms, and goes on beyond what is in view', async () => {
    const { page } = await openChart(AMID);
    const span = async (): Promise<number> => {
      const { from = 0, to = 0 } = (await visibleOn(page)) ?? {};
      return to - from;
    };
    const before = await span();
    await page.keyboard.press('ArrowUp');
    await until(async () => (await span()) < before * 0.9, { what: 'a closer look' });
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    await until(async () => (await span()) > before * 1.05, { what: 'a wider look' });
    const closer = async (): Promise<boolean> => {
      await page.keyboard.press('+');
      return (await span()) < before * 0.5;
    };
    await until(closer, { what: 'a much closer look' });
    await page.keyboard.press('Home');
    const first = (await visibleOn(page))?.from ?? 0;
    await page.keyboard.press('PageUp');
    await until(async () => ((await visibleOn(page))?.from ?? first) < first, { what: 'earlier time' });
    await page.context().close();
  });

  it('leaves keys to fields, and the crosshair to the pointer when that moves', async () => {
    const { page } = await openChart();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').locator('input').waitFor();
    await page.keyboard.type('l-');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await hovered(page), undefined);
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowLeft');
    const atKeys = await until(() => hovered(page), { what: 'the crosshair' });
    const chart = await page.locator('.chart').boundingBox();
    await page.mouse.move((chart?.x ?? 0) + 100, (chart?.y ?? 0) + 200);
    await until(async () => ((await hovered(page)) ?? atKeys) !== atKeys, { what: 'the pointer’s bar' });
    await page.context().close();
  });

  it('stays at its bar while live ticks come', async () => {
    for (let ago = 240; ago >= 0; ago--) await publishTick(house, 'TSLA', '700.00', ago);
    const { page } = await openChart('/stock/TSLA?interval=1s');
    await page.keyboard.press('ArrowLeft');
    const first = await until(() => hovered(page), { what: 'the crosshair' });
    await page.keyboard.press('Shift+ArrowLeft');
    const tenBefore = async (): Promise<string | undefined> => {
      const now = await hovered(page);
      return now === first ? undefined : now;
    };
    const when = await until(tenBefore, { what: 'the crosshair ten bars before' });
    const count = (await drawnOn(page)).length;
    const grown = async (): Promise<boolean> => {
      await publishTick(house, 'TSLA', '701.00');
      return (await drawnOn(page)).length > count + 1;
    };
    await until(grown, { what: 'new bars', everyMs: 400 });
    assert.equal(await hovered(page), when);
    await page.context().close();
  });

  it('shows that another range is on its way, and with a way out that it can’t be had', async () => {
    const { page } = await openChart(AMID);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let fail = false;
    await page.route('**/api/candles/**', async (route) => {
      await held;
      if (fail) await route.abort();
      else await route.continue();
    });
    await page.getByRole('button', { name: '5m', exact: true }).first().click();
    const panel = page.locator('.chart-panel');
    await until(async () => (await panel.getAttribute('aria-busy')) === 'true', { what: 'a busy panel' });
    await page.getByRole('status', { name: 'Loading the range' }).waitFor();
    await until(
      async () =>
        Number(await page.locator('.chart').evaluate('getComputedStyle(document.querySelector(".chart")).opacity')) < 1,
      {
        what: 'dimmed candles',
      },
    );
    release();
    await until(async () => (await panel.getAttribute('aria-busy')) === 'false', { what: 'the new candles' });
    fail = true;
    await page.getByRole('button', { name: '15m', exact: true }).first().click();
    const told = page.getByRole('alert').filter({ hasText: 'These are the prices from before' });
    await told.waitFor();
    fail = false;
    await told.getByRole('button', { name: 'Try again' }).click();
    await told.waitFor({ state: 'detached' });
    await until(
      async () => (await seriesOf(page))?.ready === true && (await panel.getAttribute('aria-busy')) === 'false',
      {
        what: 'the candles that were asked for',
      },
    );
    await page.context().close();
  });
});
