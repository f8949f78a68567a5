import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { changeAnswers } from '../browser/changed-answers.ts';
import { averagesOn, axesOf, drawnOn, seriesOf } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishTick } from '../browser/prepared.ts';
import { storedTicks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const LONG = '123456789012.123';

describe('the history', () => {
  openHouse(async () => {
    for (let ago = 600; ago > 0; ago -= 2) await publishTick(house, 'AAPL', (200 + (ago % 7)).toFixed(2), ago);
    for (let ago = 300; ago > 0; ago -= 3) await publishTick(house, 'BRK', LONG, ago);
    const names = Array.from({ length: 120 }, (_, i) => `X${String(i).padStart(3, '0')}`);
    const time = (Date.now() * 1000) as EpochMicros;
    await house.publish(
      'NYSE',
      names.map((stock) => ({ stock, price: '5.00', time })),
    );
    await storedTicks(house, 'AAPL', 300);
    await storedTicks(house, 'BRK', 100);
  });

  const figure = async (page: Page, label: string): Promise<string> =>
    (await page.locator('.history .figure', { hasText: label }).first().locator('dd').textContent()) ?? '';
  /** Whether the figure and the line of the chart say the same. */
  const agree = async (page: Page): Promise<boolean> => {
    const [text, [line = Number.NaN]] = [await figure(page, 'Average'), await averagesOn(page)];
    return Math.abs(Number(text.replaceAll(',', '')) - line) < 1e-5;
  };

  it('of a range that is over stays what it was, figures, line and candles, whatever comes', async () => {
    const { page, complaints } = await openPage(browser);
    const [start, end] = [Date.now() - 400_000, Date.now() - 10_000].map((ms) => new Date(ms).toISOString());
    await page.goto(`${house.address}/history?stock=AAPL&start=${start}&end=${end}`);
    await until(() => agree(page), { what: 'figure and line' });
    const before = [await figure(page, 'Average'), await figure(page, 'Ticks'), await averagesOn(page)];
    const bars = (await seriesOf(page))?.bars.length;
    assert.ok(((await seriesOf(page))?.bars ?? []).every(([time = 0]) => time * 1000 <= Date.parse(end ?? '')));
    const received = async () => (await page.evaluate(() => globalThis.tickwatch.live())).received;
    const until5 = (await received()) + 5;
    for (let i = 0; i < 5; i++) await publishTick(house, 'AAPL', '900.00');
    await until(async () => (await received()) >= until5, { what: 'live ticks' });
    const chart = await page.locator('.chart').boundingBox();
    await page.mouse.move((chart?.x ?? 0) + 300, (chart?.y ?? 0) + 100);
    await page.mouse.wheel(0, 300);
    await page.mouse.wheel(0, -600);
    await until(async () => (await page.evaluate(() => globalThis.tickwatch.visible()?.to)) !== null, {
      what: 'an end',
    });
    assert.deepEqual([await figure(page, 'Average'), await figure(page, 'Ticks'), await averagesOn(page)], before);
    assert.equal((await seriesOf(page))?.bars.length, bars);
    assert.equal(await page.getByRole('button', { name: /Back to live/ }).count(), 0);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('of a range without an end follows what comes, and figure and line still agree', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPL`);
    await until(() => agree(page), { what: 'figure and line' });
    const count = Number(await figure(page, 'Ticks'));
    await page.getByText('figures follow new ticks').waitFor();
    for (let i = 0; i < 4; i++) await publishTick(house, 'AAPL', '210.00');
    await until(async () => Number(await figure(page, 'Ticks')) === count + 4, { what: 'the new ticks' });
    await until(() => agree(page), { what: 'figure and line again' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('turns the pages of its table one by one, and shows none under the number of another', async () => {
    const { page } = await openPage(browser);
    let answer: (() => void) | undefined;
    await page.route(/\/api\/prices\/.*cursor=/, async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.fallback();
    });
    await page.goto(`${house.address}/history?stock=BRK&order=desc`);
    const rows = page.locator('.prices tbody tr');
    await rows.nth(99).waitFor();
    await publishTick(house, 'BRK', LONG);
    await page.getByRole('button', { name: /Newest first/ }).click();
    await page.getByRole('button', { name: /Oldest first/ }).click();
    const next = page.getByRole('button', { name: 'Next →' });
    await next.click();
    await page.getByText('Page 2').waitFor();
    assert.ok(await next.isDisabled(), 'what comes after a page is known when it is there');
    await until(() => answer !== undefined, { what: 'the question' });
    answer?.();
    await until(async () => (await rows.count()) === 1, { what: 'the last page' });
    await page.route(/\/api\/prices\//, (route) => route.abort());
    await page.getByRole('button', { name: '← Back' }).click();
    await page.getByRole('alert').filter({ hasText: 'The prices can’t be loaded' }).waitFor();
    assert.equal(await rows.count(), 0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  it('keeps what is seen of a range with its own question, and none of it with the next', async () => {
    const { page } = await openPage(browser);
    const [start, end] = [Date.now() - 400_000, Date.now() - 10_000].map((ms) => new Date(ms).toISOString());
    await page.goto(`${house.address}/history?stock=AAPL&start=${start}&end=${end}`);
    await until(async () => (await drawnOn(page)).length > 10, { what: 'the chart' });
    const chart = await page.locator('.chart').boundingBox();
    await page.mouse.move((chart?.x ?? 0) + 300, (chart?.y ?? 0) + 100);
    await page.mouse.wheel(0, -300);
    await until(() => page.url().includes('from='), { what: 'what is seen' });
    await page.mouse.wheel(0, -300);
    await page.evaluate(`document.querySelector('.presets button:last-child').click()`);
    await until(() => !page.url().includes('start='), { what: 'the next question' });
    await until(async () => (await drawnOn(page)).length > 0, { what: 'its chart' });
    await page.waitForTimeout(600);
    assert.doesNotMatch(page.url(), /from=|to=/);
    await page.context().close();
  });

  it('writes its chart’s times in the exchange’s zone also where that is known late', async () => {
    const { page } = await openPage(browser);
    let told = false;
    await page.route('**/api/sessions*', async (route) => {
      const response = await route.fetch();
      const sessions = (await response.json()) as Record<string, unknown>[];
      await page.locator('.chart canvas').first().waitFor();
      await route.fulfill({ response, json: sessions.map((one) => ({ ...one, timezone: 'Asia/Tokyo' })) });
      told = true;
    });
    await page.goto(`${house.address}/history?stock=AAPL`);
    await until(() => told, { what: 'the zone' });
    const inTokyo = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    } as const);
    await until(
      async () => {
        const marks = (await axesOf(page))?.marks.filter(({ text }) => /^\d\d:\d\d$/.test(text)) ?? [];
        return marks.length > 0 && marks.every(({ text, time }) => text === inTokyo.format(time * 1000));
      },
      { what: 'times of Tokyo' },
    );
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  it('asks of no exchange that was chosen for another stock', async () => {
    const { page } = await openPage(browser);
    const exchangesOf: Readonly<Record<string, readonly string[]>> = {
      AAPL: ['NYSE', 'ELSEWHERE'],
      BRK: ['NASDAQ', 'NYSE'],
    };
    await changeAnswers<{ stock_name: string }[]>(page, '**/api/board*', (rows) =>
      rows.flatMap((row) => (exchangesOf[row.stock_name] ?? []).map((exchange_name) => ({ ...row, exchange_name }))),
    );
    await page.goto(`${house.address}/history?stock=AAPL&exchange=ELSEWHERE`);
    const exchange = page.locator('.history-form select');
    await until(async () => (await exchange.inputValue()) === 'ELSEWHERE', { what: 'the chosen exchange' });
    await page.getByLabel('Stock').fill('BRK');
    await page.getByLabel('Stock').press('Tab');
    await until(async () => (await exchange.locator('option').allTextContents()).includes('NASDAQ'), {
      what: 'the exchanges of the other stock',
    });
    assert.equal(await exchange.inputValue(), '');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await until(() => page.url().includes('stock=BRK'), { what: 'the question' });
    assert.doesNotMatch(page.url(), /ELSEWHERE/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  it('asks nothing by a link of which a bound is wrong, quotes it, and says what would be right', async () => {
    const { page } = await openPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/api/average/') && asked.push(request.url()));
    await page.goto(`${house.address}/history?stock=AAPL&start=yesterday&end=2026-01-01T00:00:00Z`);
    await page.getByRole('alert').filter({ hasText: 'start=“yesterday” is not a time, as in 20' }).first().waitFor();
    assert.equal(await page.getByLabel('Start').getAttribute('aria-invalid'), 'true');
    assert.notEqual(await page.getByLabel('End').inputValue(), '');
    await page.goto(`${house.address}/history?stock=AAPL&strat=2026-01-01T00:00:00Z&order=newest`);
    await page
      .getByText(/order=“newest” is not one of asc, desc; strat=“2026-01-01T00:00:00Z” means nothing here/)
      .waitFor();
    await until(async () => (await drawnOn(page)).length > 0, { what: 'the answer to what was understood' });
    assert.ok(asked.every((url) => !url.includes('2026-01-01')));
    assert.deepEqual(await seriousFaults(page), []);
    await page.context().close();
  });

  it('says that there is no such stock, and which may be meant', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPLE`);
    await page.getByText('There is no stock “AAPLE” yet').waitFor();
    await page.locator('.notice').getByRole('link', { name: 'AAPL', exact: true }).click();
    await until(async () => (await drawnOn(page)).length > 0, { what: 'its chart' });
    await page.context().close();
  });

  it('offers a few of many stocks while one is typed, and takes it by keys alone', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/history`);
    const field = page.getByLabel('Stock');
    await until(async () => (await field.inputValue()) === 'AAPL', { what: 'the first stock' });
    await field.focus();
    await page.keyboard.type('x');
    const options = () =>
      page.locator('datalist option').evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    await until(async () => (await options())[0] === 'X000', { what: 'what begins so' });
    assert.ok((await options()).length <= 50);
    await page.getByText(/^50 of 1\d\d stocks offered/).waitFor();
    await page.keyboard.type('117');
    assert.deepEqual(
      await until(async () => ((await options()).length === 1 ? options() : undefined), { what: 'one' }),
      ['X117'],
    );
    await page.keyboard.press('Enter');
    await until(() => page.url().includes('stock=X117'), { what: 'the question' });
    await page.context().close();
  });

  it('shows prices of 15 digits whole, in groups, and nothing over anything on a phone', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await page.goto(`${house.address}/history?stock=BRK`);
    await page.locator('.prices tbody td.number', { hasText: '123,456,789,012.123' }).first().waitFor();
    assert.equal(await figure(page, 'High'), '123,456,789,012.123');
    assert.deepEqual(await overlaps(page, '.history .figure dt, .history .figure dd'), []);
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'the page scrolls sideways');
    await page.goto(`${house.address}/stock/BRK`);
    await page.locator('[data-head="price"]', { hasText: '123,456,789,012.12' }).waitFor();
    await page.locator('.legend .value').first().waitFor();
    assert.deepEqual(await overlaps(page, '.stock .figure dt, .stock .figure dd'), []);
    assert.deepEqual(await overlaps(page, '.legend > *'), []);
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'the page scrolls sideways');
    await page.context().close();
  });
});

/** Texts that lie over each other or leave the page. */
function overlaps(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const boxes = [...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return { text: element.textContent, box: range.getBoundingClientRect() };
    });
    const found = [];
    boxes.forEach(({ text, box }, index) => {
      if (box.right > innerWidth + 1) found.push(text + ' leaves the page');
      for (const other of boxes.slice(index + 1)) {
        const x = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const y = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (x > 1 && y > 1) found.push(text + ' and ' + other.text);
      }
    });
    return found;
  })()`);
}
