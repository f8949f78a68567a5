import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seriousFaults } from '../browser/axe.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { chartsOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours, publishTick } from '../browser/prepared.ts';
import { drag, drawn, openSplit, publishSeldom, visibleAtRest } from '../browser/split-charts.ts';
import { until } from '../servers/index.ts';

/** A name with all that parts names and charts in an address. */
const ODD = 'X~1:5m@Q %&+';

describe('several charts on one page', () => {
  let oldest: number;

  openHouse(async () => {
    oldest = await publishHours(house);
    for (const stock of ['SLOW', ODD]) await publishSeldom(house, stock, oldest);
  });

  it('opens beside a stock’s chart, in the same range, and its link restores it', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?span=3600`);
    await page.getByRole('link', { name: 'Split' }).click();
    await page
      .getByRole('textbox', { name: 'Stock' })
      .or(page.getByRole('combobox', { name: 'Stock' }))
      .fill('slow');
    await page.keyboard.press('Enter');
    await drawn(page, 2);
    await until(() => parameter(page, 'charts') === 'AAPL~SLOW', { what: 'the charts in the address' });
    assert.equal(parameter(page, 'span'), '3600');
    const { page: second } = await openPage(browser);
    await openSplit(second, page.url(), 2);
    assert.deepEqual(
      (await chartsOn(second)).map(({ stock }) => stock),
      ['AAPL', 'SLOW'],
    );
    await page.getByRole('button', { name: 'Close SLOW' }).click();
    await until(() => page.url().endsWith('/stock/AAPL?span=3600'), { what: 'the one chart' });
    assert.deepEqual(complaints.list, []);
    await second.context().close();
    await page.context().close();
  });

  it('lays studies and other stocks over each chart, measures in it, and keeps that in its link', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, `${house.address}/split?charts=AAPL:sma20~SLOW&from=${oldest}&to=${oldest + HOUR / 2}`, 2);
    const second = page.locator('.pane').nth(1);
    await second.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Stock to compare with' }).fill('AAPL');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await second.getByRole('button', { name: 'Studies' }).click();
    await page.getByRole('button', { name: '+ Bollinger' }).click();
    await page.keyboard.press('Escape');
    await page.locator('.pane').first().getByRole('button', { name: 'Scale' }).click();
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await page.keyboard.press('Escape');
    await until(() => parameter(page, 'charts') === 'AAPL:log:sma20~SLOW:bb20x2:vs,AAPL', { what: 'all in the link' });
    await page.reload();
    await drawn(page, 2);
    await page.locator('.pane').first().getByText('SMA 20').first().waitFor();
    await second.getByText('Bollinger 20, 2').first().waitFor();
    await second.getByRole('button', { name: 'Compare 1' }).waitFor();
    // The compared stock's label makes the axis wider.
    const compared = second.getByRole('list', { name: /^Compared stocks/ });
    await compared.getByText(/\d %/).nth(1).waitFor();
    const before = await visibleAtRest(page, 1);
    await second.getByRole('button', { name: 'Measure' }).click();
    await second.getByText('Drag over the chart to measure').waitFor();
    await drag(page, 1, 120);
    await second.getByRole('region', { name: 'Measured' }).waitFor();
    assert.deepEqual((await chartsOn(page))[1]?.visible, before, 'measuring has moved the chart');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes on live in all four, also in the same stock at two widths of candles', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, `${house.address}/split?charts=AAPL:1s~AAPL:1m~SLOW~MSFT&span=900`, 4);
    for (const [stock, price] of [
      ['AAPL', '301.00'],
      ['MSFT', '302.00'],
    ] as const)
      await publishTick(house, stock, price);
    await until(
      async () => {
        const closes = (await chartsOn(page)).map(({ series }) => series?.bars.at(-1)?.[4]);
        return closes[0] === 301 && closes[1] === 301 && closes[3] === 302;
      },
      { what: 'the live ticks' },
    );
    await page.getByRole('button', { name: '1h', exact: true }).click();
    await until(() => parameter(page, 'span') === '3600', { what: 'the range in the address' });
    await page.goBack();
    await until(() => parameter(page, 'span') === null, { what: 'the step back' });
    await drawn(page, 4);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('keeps any name in the link, and another stock chosen in its place is a step', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, `${house.address}/split?charts=AAPL~SLOW`, 2);
    await page.getByRole('button', { name: 'SLOW: show another stock here' }).click();
    await page.keyboard.type(ODD);
    await page.keyboard.press('Enter');
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === ODD), { what: 'the other stock' });
    await page.reload();
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === ODD), {
      what: 'the same after a reload',
    });
    await page.goBack();
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === 'SLOW'), { what: 'the one before' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says what it does not understand of a link, and of a stock that it does not know', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/split?charts=AAPL:7m~slow~A~B~C&to=soon&linked=maybe&rows=2`);
    const alert = (await page.getByRole('alert').filter({ hasText: 'link' }).textContent()) ?? '';
    assert.match(alert, /names 5 charts; the first 4 are shown/);
    assert.match(alert, /has “AAPL:7m”, which is not a stock, as in/);
    assert.match(alert, /to=“soon” is not a time/);
    assert.match(alert, /linked=“maybe” is not one of 0, 1/);
    assert.match(alert, /rows=“2” means nothing here/);
    await page.getByText('There is no stock “slow” yet').waitFor();
    await page.getByRole('link', { name: 'SLOW', exact: true }).click();
    await until(async () => (await chartsOn(page)).some(({ stock }) => stock === 'SLOW'), { what: 'the near one' });
    await page.context().close();
  });

  it('stands one below the other on a phone, and has no serious fault of accessibility', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    await openSplit(page, `${house.address}/split?charts=AAPL~SLOW~`, 2);
    const [first, second] = await Promise.all([0, 1].map((nth) => page.locator('.pane').nth(nth).boundingBox()));
    assert.ok(first !== null && second !== null && first !== undefined && second !== undefined);
    assert.ok(second.y >= first.y + first.height - 1 && second.x === first.x, 'they stand side by side');
    assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 390);
    assert.deepEqual(await seriousFaults(page), []);
    await page.context().close();
  });
});
