import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { axesAtRest } from '../browser/axes.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { changeAnswers } from '../browser/changed-answers.ts';
import { drawnOn } from '../browser/inspected.ts';
import { every, publishOld, wave } from '../browser/old-prices.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const END = Date.parse('2024-11-08T00:00:00Z') / 1000;
const SPIKE = END - HOUR;
const VIEW = `/stock/SPIKE?interval=1m&from=${END - 2 * HOUR}&to=${END}`;

describe('the price scale of a chart', () => {
  openHouse(async () => {
    await publishOld(house, {
      ...{ exchange: 'NASDAQ', stock: 'SPIKE', times: every(10, END - 2 * HOUR, END) },
      // Of the first tick of a candle, whose close is another one's.
      price: (time) => (time === SPIKE ? '1000000.00' : wave(time)),
    });
  });

  async function open(path: string) {
    const opened = await openPage(browser);
    await opened.page.goto(house.address + path);
    return { ...opened, axes: await axesAtRest(opened.page) };
  }

  it('goes below zero for no price above it, and offers to leave a spike out, which is then told at the edge', async () => {
    const { page, axes, complaints } = await open(VIEW);
    assert.ok((axes.low ?? -1) >= -1e-6 && (axes.high ?? 0) > 1_000_000, JSON.stringify(axes));
    await page.getByRole('button', { name: 'Fit without outliers', pressed: false }).click();
    const { low, high } = await axesAtRest(page, (now) => (now.high ?? 1e9) < 1000);
    assert.ok((low ?? 0) > 100 && (high ?? 0) < 300, `${low} to ${high}`);
    await page.getByText('1 candle beyond the top, up to 1,000,000.00').waitFor({ state: 'attached' });
    await until(() => parameter(page, 'fit') === 'usual', { what: 'the choice in the address' });
    await page.reload();
    await axesAtRest(page, (now) => (now.high ?? 1e9) < 1000);
    await page.getByRole('button', { name: 'Fit without outliers', pressed: true }).click();
    await axesAtRest(page, (now) => (now.high ?? 0) > 1_000_000);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('shows a spike within a candle in a line of closes', async () => {
    const { page, axes } = await open(`${VIEW}&style=line`);
    assert.ok((axes.high ?? 0) > 1_000_000, JSON.stringify(axes));
    const bars = await drawnOn(page);
    assert.ok(
      bars.every(([, close = 0]) => close < 300),
      'the spike is no close',
    );
    const mark = axes.marks.find(({ time }) => time === SPIKE);
    assert.ok(mark !== undefined, 'an hour is marked where the spike is');
    // Halfway up, where no close is: the band alone is there.
    const [at, beside] = [await inkAt(page, mark.x, 0.5), await inkAt(page, mark.x + 60, 0.5)];
    assert.notDeepEqual(at, beside);
    await page.context().close();
  });

  it('has a logarithmic and a percent scale, kept in the address', async () => {
    const { page } = await open(VIEW);
    const scales = page.getByRole('group', { name: 'Price scale' });
    const menu = page.locator('[data-menu="scale"]');
    await menu.click();
    await scales.getByRole('button', { name: 'Log' }).click();
    const { low } = await axesAtRest(page, (now) => (now.high ?? 0) > 2_000_000);
    assert.ok((low ?? 0) > 0, `${low}`);
    await until(() => page.url().includes('scale=log'), { what: 'the scale in the address' });
    await scales.getByRole('button', { name: '%' }).click();
    await until(() => page.url().includes('scale=percent'), { what: 'the scale in the address' });
    await page.reload();
    await menu.filter({ hasText: '% scale' }).click();
    await scales.getByRole('button', { name: '%', pressed: true }).waitFor();
    await page.context().close();
  });

  it('says why there is no logarithm of prices below zero, and shows them', async () => {
    const { page } = await openPage(browser);
    await changeAnswers<Record<string, string | number>[]>(page, '**/api/candles/SPIKE?*', (candles) =>
      candles.map((candle) => ({
        ...candle,
        ...Object.fromEntries(
          ['open', 'high', 'low', 'close'].map((name) => [name, Math.min(300, Number(candle[name])) - 237]),
        ),
      })),
    );
    await page.goto(`${house.address}${VIEW}&scale=log`);
    const { low, high } = await axesAtRest(page, (axes) => (axes.low ?? 0) < 0);
    assert.ok((low ?? 0) < -40 && (high ?? 0) > -40, `${low} to ${high}`);
    await page.locator('[data-menu="scale"]').click();
    const scales = page.getByRole('group', { name: 'Price scale' });
    const log = scales.getByRole('button', { name: 'Log' });
    assert.equal(await log.getAttribute('aria-disabled'), 'true');
    assert.match(
      (await log.getAttribute('title')) ?? '',
      /^Log and % need prices above 0; the lowest one here is [-−]\d+\.\d\d$/,
    );
    assert.equal(await scales.getByRole('button', { name: 'Linear' }).getAttribute('aria-pressed'), 'true');
    await page.context().close();
  });
});

/** The colour that the chart has at a pixel and a share of its height, all canvases of the pane on each other. */
function inkAt(page: Page, x: number, share: number): Promise<readonly number[]> {
  return page.evaluate(`(() => {
    const canvases = [...document.querySelectorAll('.chart td:nth-child(2) canvas')].filter((c) => c.clientHeight > 100);
    return canvases.flatMap((canvas) => {
      const ratio = canvas.width / canvas.clientWidth;
      const { data } = canvas.getContext('2d').getImageData(Math.round(${x} * ratio) + 2, Math.round(canvas.height * ${share}), 1, 1);
      return [...data];
    });
  })()`);
}
