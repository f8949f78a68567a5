import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seriousFaults } from '../browser/axe.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { bandsOn, chartsOn, momentOn, overlaysOn, seriesOf } from '../browser/inspected.ts';
import { HOLE, NIGHT } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { chartIsOfMoment, LATE_FROM, MARKED, publishPast, then } from '../browser/past-moments.ts';
import { publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const CHART = '/stock/AAPL?interval=1m&span=3600';

describe('a chart at a moment of the past', () => {
  openHouse(async () => {
    await publishPast(house);
  });

  it('has the candles up to it as the API has them, and knows of a hole that goes on neither its end nor its cost', async () => {
    const { page, complaints } = await openPage(browser);
    const moment = HOLE.from + 300;
    await page.goto(house.address + then(CHART, moment));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood');
    await page.getByText('Not live').waitFor();
    const hole = await until(async () => (await bandsOn(page)).find(({ kind }) => kind === 'missing'), {
      what: 'the hole',
    });
    assert.deepEqual([hole.from, hole.to], [HOLE.from, moment]);
    assert.doesNotMatch(hole.label, /1,234/);
    const part = page.locator('.coverage-strip .missing');
    assert.doesNotMatch((await part.getAttribute('aria-label')) ?? '', /1,234/);
    assert.deepEqual(await seriousFaults(page), []);
    // Behind its end all of it is known.
    await page.goto(house.address + then(CHART, HOLE.to + 60));
    await page.locator('.coverage-strip .missing[aria-label*="1,234 messages"]').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is led from tick to tick, to the hole and to the mark by keys, each of which says where it led', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then(CHART, NIGHT.open + 7));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood');
    const press = async (key: string, seconds: number, says: RegExp): Promise<void> => {
      await page.keyboard.press(key);
      await until(async () => (await momentOn(page)) === seconds * 1e6, { what: `${key} to ${seconds}` });
      await page.getByRole('status').filter({ hasText: says }).first().waitFor({ state: 'attached' });
      await chartIsOfMoment(page, house, 'AAPL', `the chart after ${key}`);
    };
    await page.getByRole('button', { name: 'Next tick' }).waitFor();
    await press('.', NIGHT.open + 15, /Tick at/);
    await press('.', NIGHT.open + 30, /Tick at/);
    await press(',', NIGHT.open + 15, /Tick at/);
    await press('k', MARKED, /Outlier at/);
    await press('h', HOLE.from, /Hole at/);
    await press('.', HOLE.to, /Tick at/);
    await press('Shift+H', HOLE.from, /Hole at/);
    await press('Shift+K', MARKED, /Outlier at/);
    await page.getByRole('button', { name: 'Previous outlier' }).click();
    await page.getByRole('status').filter({ hasText: 'There is no previous outlier' }).waitFor({ state: 'attached' });
    assert.equal(await momentOn(page), MARKED * 1e6);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes back to live by one key, with nothing of the past on it, and is led back by Back', async () => {
    const { page, complaints } = await openPage(browser);
    await publishTick(house, 'NOW', '10.00', 5);
    await page.goto(house.address + then('/stock/AAPL?interval=1m', NIGHT.open + HOUR));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood');
    await page.keyboard.press('n');
    assert.equal(await momentOn(page), null);
    await until(async () => (await seriesOf(page))?.bars.at(-1)?.[0] === NIGHT.open + 2 * HOUR - 60, {
      what: 'the newest candle',
    });
    assert.equal(parameter(page, 'moment'), null);
    await publishTick(house, 'AAPL', '199.00');
    await until(async () => (await seriesOf(page))?.bars.at(-1)?.[4] === 199, { what: 'a live tick' });
    await page.goBack();
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood, again');
    await page.reload();
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood, loaded again');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says of a stock that it had no tick yet, and leads to its first one', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then('/stock/LATE', LATE_FROM - 60));
    await page.getByText('“LATE” had no tick yet').waitFor();
    await page.getByRole('button', { name: /^Go to Mar 6, 2024/ }).click();
    await chartIsOfMoment(page, house, 'LATE', 'its first tick');
    assert.equal((await seriesOf(page))?.bars.length, 1);
    await page.keyboard.press(',');
    await page.getByRole('status').filter({ hasText: 'There is no previous tick' }).waitFor({ state: 'attached' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is of the same moment beside another one, with a stock that it is compared with, and with its averages', async () => {
    const { page, complaints } = await openPage(browser);
    const moment = LATE_FROM + 301;
    await page.goto(house.address + then('/split?charts=AAPL:1m~LATE:1m', moment));
    const ends = async () => (await chartsOn(page)).map(({ series }) => series?.bars.at(-1)?.[0]);
    const minute = Math.floor(moment / 60) * 60;
    await until(async () => JSON.stringify(await ends()) === JSON.stringify([minute, minute]), { what: 'both charts' });
    await page.goto(house.address + then('/stock/AAPL?interval=1m&compare=LATE&studies=sma20', moment));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood');
    const other = async () => (await overlaysOn(page)).compare?.find(({ stock }) => stock === 'LATE')?.price;
    await until(async () => (await other()) === 51, { what: 'the other stock’s price then' });
    const [study] = await until(async () => (await overlaysOn(page)).studies, { what: 'the average' });
    const last = study?.points.at(-1);
    assert.equal(last?.[0], minute);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is led to where it is clicked with the second button, or pressed by a finger', async () => {
    const { page, complaints } = await openPage(browser, { hasTouch: true });
    const open = `${house.address}/stock/AAPL?interval=1m&from=${NIGHT.open}&to=${NIGHT.open + HOUR}`;
    await page.goto(open);
    await page.locator('.coverage-strip').waitFor();
    const replay = page.getByRole('button', { name: /^▶? ?Replay from \d\d:\d\d/ });
    const { x, y, width, height } = (await page.locator('.chart').boundingBox()) ?? assert.fail('no chart');
    await until(
      async () => {
        await page.mouse.click(x + width / 4, y + height / 2, { button: 'right' });
        return (await replay.count()) > 0;
      },
      { what: 'a button at the pointer', everyMs: 200 },
    );
    await page.keyboard.press('Escape');
    await replay.waitFor({ state: 'detached' });
    const touch = { pointerType: 'touch', isPrimary: true, clientX: x + width / 4, clientY: y + height / 2 };
    await page.locator('.chart').dispatchEvent('pointerdown', touch);
    await replay.click();
    await until(async () => (await momentOn(page)) !== null, { what: 'a moment' });
    const moment = ((await momentOn(page)) ?? 0) / 1e6;
    assert.ok(moment > NIGHT.open + 300 && moment < NIGHT.open + HOUR / 2, String(moment - NIGHT.open));
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is led there from its crosshair, and by a date, while the rest of the page goes with it', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?interval=1m&from=${NIGHT.open}&to=${NIGHT.open + HOUR}`);
    await until(async () => (await seriesOf(page))?.ready, { what: 'a chart' });
    await page.locator('.chart').focus();
    await page.locator('.coverage-strip').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('r');
    await until(async () => (await momentOn(page)) !== null, { what: 'a moment' });
    await page.keyboard.press('p');
    const moment = (await momentOn(page)) ?? 0;
    assert.ok(moment >= NIGHT.open * 1e6 && moment < (NIGHT.open + 120) * 1e6, String(moment));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart as it stood');
    await page.getByRole('button', { name: 'Go to date' }).click();
    await page
      .getByRole('dialog')
      .getByLabel(/^Moment/)
      .fill('2024-03-06 15:00');
    await page.getByRole('button', { name: 'Replay from there' }).click();
    await until(async () => ((await momentOn(page)) ?? 0) >= Date.parse('2024-03-06T15:00:00Z') * 1000, {
      what: 'the date',
    });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
