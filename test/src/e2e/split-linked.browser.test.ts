import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage, parameter } from '../browser/browser.ts';
import { chartsOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours } from '../browser/prepared.ts';
import { drag, openSplit, publishSeldom } from '../browser/split-charts.ts';
import { until } from '../servers/index.ts';

describe('linked charts', () => {
  let oldest: number;

  openHouse(async () => {
    oldest = await publishHours(house);
    await publishSeldom(house, 'SLOW', oldest);
  });

  it('shows the same moment in all, with the values of each', async () => {
    const { page } = await openPage(browser);
    await openSplit(
      page,
      `${house.address}/split?charts=AAPL:5s~SLOW:1m~AAPL:15m&from=${oldest}&to=${oldest + HOUR / 2}`,
      3,
    );
    const box = await page.locator('.chart').first().boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height / 2);
    const charts = await until(
      async () => {
        const all = await chartsOn(page);
        return all.every(({ legend }) => legend?.hovered === true) ? all : undefined;
      },
      { what: 'the crosshair in all' },
    );
    const moment = charts[0]?.legend?.time ?? 0;
    assert.ok(moment > oldest && moment < oldest + HOUR / 2);
    assert.equal(charts[1]?.legend?.time, moment - (moment % 60));
    assert.equal(charts[2]?.legend?.time, moment - (moment % 900));
    await page.mouse.move(box.x + box.width / 2, 4);
    await until(async () => (await chartsOn(page)).every(({ legend }) => legend?.hovered === false), {
      what: 'the crosshairs away',
    });
    await page.context().close();
  });

  it('says so where another stock has no tick at that moment', async () => {
    const { page } = await openPage(browser);
    await openSplit(page, `${house.address}/split?charts=AAPL:1s~SLOW:1s&from=${oldest}&to=${oldest + 240}`, 2);
    const box = await page.locator('.chart').first().boundingBox();
    assert.ok(box !== null);
    await until(
      async () => {
        for (let step = 0; step < 6; step++) {
          await page.mouse.move(box.x + box.width * 0.4 + step * 3, box.y + box.height / 2);
          if ((await page.getByText(/^No tick at /).count()) > 0) return true;
        }
        return false;
      },
      { what: 'the moment without a tick' },
    );
    await page.context().close();
  });

  it('moves all charts to the same time, and each alone when they are not linked', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(
      page,
      `${house.address}/split?charts=AAPL~SLOW&from=${oldest + HOUR / 4}&to=${oldest + HOUR / 2}`,
      2,
    );
    await drag(page, 0, 200);
    const moved = await until(
      async () => {
        const [first, second] = await chartsOn(page);
        const [a, b] = [first?.visible?.from ?? 0, second?.visible?.from ?? 0];
        return a < oldest + HOUR / 4 - 60 && Math.abs(a - b) < 30 ? a : undefined;
      },
      { what: 'both at the same time' },
    );
    await until(() => Math.abs(Number(parameter(page, 'from')) - moved) < 30, { what: 'the range in the address' });
    await page.getByLabel('Linked ranges').uncheck();
    await drag(page, 1, -150);
    await until(() => parameter(page, 'linked') === '0' && /SLOW:\d+-\d+/.test(parameter(page, 'charts') ?? ''), {
      what: 'each range in the address',
    });
    const charts = await chartsOn(page);
    assert.ok(Math.abs((charts[0]?.visible?.from ?? 0) - moved) < 30, 'the first chart has moved, too');
    assert.ok((charts[1]?.visible?.from ?? 0) > moved + 60, 'the second has not');
    await until(async () => !/~SLOW$/.test(parameter(page, 'charts') ?? ''), { what: 'the address' });
    await page.reload();
    await until(
      async () => {
        const again = await chartsOn(page);
        return [0, 1].every(
          (nth) => Math.abs((again[nth]?.visible?.from ?? 0) - (charts[nth]?.visible?.from ?? 0)) < 60,
        );
      },
      { what: 'each where it was, after a reload' },
    );
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('leads all charts to a date', async () => {
    const { page } = await openPage(browser);
    await openSplit(page, `${house.address}/split?charts=AAPL~SLOW`, 2);
    await page.getByRole('heading', { name: 'Split view' }).waitFor({ state: 'attached' });
    await page.keyboard.press('g');
    await page
      .getByRole('dialog')
      .getByLabel('Moment')
      .fill(String(oldest + 1800));
    await page.keyboard.press('Enter');
    await until(
      async () =>
        (await chartsOn(page)).every(
          ({ visible }) => visible !== undefined && Math.abs((visible.from + visible.to) / 2 - oldest - 1800) < 90,
        ),
      { what: 'both at that moment' },
    );
    await page.context().close();
  });
});
