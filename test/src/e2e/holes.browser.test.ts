import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { atRest } from '../browser/at-rest.ts';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { changeAnswers } from '../browser/changed-answers.ts';
import { type Band, bandsOn, drawnOn } from '../browser/inspected.ts';
import { at, cover, forgetGaps, HOLE, markOutlier, NIGHT, publishNight, recordGap } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const NIGHT_VIEW = `/stock/AAPL?interval=1m&from=${NIGHT.close - 1.9 * HOUR}&to=${NIGHT.open + 1.9 * HOUR}`;
const SECOND_SESSION = `start=${at(NIGHT.open)}&end=${at(NIGHT.open + 2 * HOUR - 60)}`;

describe('what is missing', () => {
  openHouse(async () => {
    await publishNight(house);
  });

  /** At rest: the chart's axis becomes as wide as its labels need, which moves what is drawn. */
  const bandOf = (page: Page, kind: Band['kind']): Promise<Band> =>
    atRest(async () => (await bandsOn(page)).find((band) => band.kind === kind), `a band: ${kind}`);

  it('is a band that looks and reads otherwise than a closed night and a silence', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + NIGHT_VIEW);
    const [missing, closed, silent] = [
      await bandOf(page, 'missing'),
      await bandOf(page, 'closed'),
      await bandOf(page, 'silent'),
    ];
    assert.deepEqual([missing.from, missing.to], [HOLE.from, HOLE.to]);
    assert.match(missing.label, /nobody was listening · 1,234 messages/);
    assert.deepEqual([closed.from, closed.to, closed.label], [NIGHT.close, NIGHT.open, 'closed']);
    assert.match(silent.label, /^no ticks 2\d min$/);
    const patterns = [];
    for (const band of [missing, closed, silent]) patterns.push(await changesAcross(page, band));
    assert.ok((patterns[0] ?? 0) > 3 * (patterns[1] ?? 0), `the hole is not hatched: ${patterns}`);
    const chart = await page.locator('.chart').boundingBox();
    await page.mouse.move((chart?.x ?? 0) + (missing.left + missing.right) / 2, (chart?.y ?? 0) + 200);
    await page.getByText(/^Missing: NASDAQ, Mar 6, 2024 10:00:00 to 10:15:00: nobody was listening, 1,234/).waitFor();
    await page.mouse.move((chart?.x ?? 0) + (closed.left + closed.right) / 2, (chart?.y ?? 0) + 200);
    await page.getByText('Closed from Mar 5, 2024 16:00:00 for 17 h 30').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is told to who has no pointer, in a list that the keyboard opens', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address + NIGHT_VIEW);
    const summary = page.locator('summary', { hasText: '1 hole in view' });
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const entry = page.getByRole('button', { name: /^NASDAQ, Mar 6, 2024 10:00:00 to 10:15:00: nobody was listening/ });
    await until(() => entry.evaluate((element) => element === element.ownerDocument.activeElement), { what: 'focus' });
    assert.deepEqual(await seriousFaults(page), []);
    await page.context().close();
  });

  it('marks the candles that it touches, and no other', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address + NIGHT_VIEW.replace('interval=1m', 'interval=15m'));
    const missing = await bandOf(page, 'missing');
    const chart = await page.locator('.chart').boundingBox();
    const width = (missing.right - missing.left) * (900 / (HOLE.to - HOLE.from));
    const point = (x: number) => page.mouse.move((chart?.x ?? 0) + x, (chart?.y ?? 0) + 200);
    const incomplete = page.locator('.legend.hovered', { hasText: '10:15:00' }).locator('.incomplete');
    await point(missing.right + width / 2);
    await incomplete.waitFor();
    await point(missing.right + 1.5 * width);
    await page.locator('.legend.hovered', { hasText: '10:30:00' }).waitFor();
    assert.equal(await page.locator('.legend .incomplete').count(), 0);
    await page.context().close();
  });

  it('shows no night when closed hours are hidden, and remembers that', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address + NIGHT_VIEW);
    await bandOf(page, 'closed');
    const times = async () => (await drawnOn(page)).length;
    const before = await times();
    await page.getByRole('button', { name: 'Hide closed hours' }).click();
    const narrow = async (): Promise<boolean> =>
      (await bandsOn(page)).every((band) => band.kind !== 'closed' || band.right - band.left < 2);
    await until(narrow, { what: 'no band for the night' });
    assert.equal(await times(), before);
    await page.reload();
    await bandOf(page, 'missing');
    await until(
      async () => (await page.getByRole('button', { name: 'Hide closed hours', pressed: true }).count()) > 0,
      {
        what: 'the choice',
      },
    );
    await until(narrow, { what: 'no band for the night again' });
    await page.context().close();
  });

  it('appears on an open page when it is recorded, and goes when a file has filled it', async () => {
    const now = Date.now() / 1000;
    await cover(house, 'NYSE', now - HOUR);
    for (let ago = 300; ago >= 0; ago -= 2) await publishTick(house, 'TSLA', '700.00', ago);
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/TSLA`);
    await until(async () => (await drawnOn(page)).length > 50, { what: 'the chart' });
    assert.equal((await bandsOn(page)).filter(({ kind }) => kind === 'missing').length, 0);
    await recordGap(house, { exchange: 'NYSE', from: now - 100, to: now - 60 });
    await bandOf(page, 'missing');
    await page.locator('summary', { hasText: '1 hole in view' }).waitFor();
    await forgetGaps(house);
    await until(async () => (await bandsOn(page)).every(({ kind }) => kind !== 'missing'), {
      what: 'no hole any more',
    });
    await recordGap(house, { exchange: 'NASDAQ', ...HOLE });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is told while it is open, and ends, without a reload', async () => {
    const now = Date.now() / 1000;
    await cover(house, 'NYSE', now - HOUR);
    for (let ago = 300; ago >= 60; ago -= 2) await publishTick(house, 'DIS', '145.20', ago);
    const { page } = await openPage(browser);
    let open = false;
    await changeAnswers<object>(page, '**/api/average/DIS?*', (average) => {
      const hole = { exchange_name: 'NYSE', from_time: at(now - 60), to_time: null, reason: 'unknown', messages: null };
      return open ? { ...average, complete: false, holes: [hole] } : average;
    });
    await page.goto(`${house.address}/stock/DIS`);
    await until(async () => (await drawnOn(page)).length > 20, { what: 'the chart' });
    open = true;
    const { from, to } = await bandOf(page, 'missing');
    assert.ok(Math.abs(from - (now - 60)) < 1 && to > now, `from ${from} to ${to}`);
    await page.getByText('1 hole in view: ticks are, or may be, missing').waitFor({ state: 'attached' });
    await page.locator('summary', { hasText: '1 hole in view' }).click();
    await page.getByText(/^NYSE, since .*: nothing is known of this time$/).waitFor();
    open = false;
    await until(async () => (await bandsOn(page)).every(({ kind }) => kind !== 'missing'), {
      what: 'no hole any more',
    });
    await page.locator('summary').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('is not what a doubtful tick is: that has a mark of its own, and counts', async () => {
    const last = NIGHT.open + 2 * HOUR - 15;
    await markOutlier(house, { stock: 'AAPL', exchange: 'NASDAQ', time: last, price: '176.00', median: '99.00' });
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?interval=1m&from=${NIGHT.open}&to=${NIGHT.open + 2.2 * HOUR}`);
    await page.locator('.legend .outlier', { hasText: '◇ 176.00 (median 99.00)' }).waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is nothing on the board while an exchange is closed, and a stock that ticks then is live', async () => {
    await publishTick(house, 'MSFT', '421.50', 120);
    const { page } = await openPage(browser);
    let calendar: string | null = 'XNYS';
    await page.route('**/api/sessions?*', async (route) => {
      const exchanges = ['NASDAQ', 'NYSE'].map((exchange_name) => ({
        ...{ exchange_name, timezone: 'America/New_York', calendar, is_open: false, sessions: [] },
      }));
      await route.fulfill({ json: exchanges });
    });
    await page.goto(house.address);
    const row = page.locator('tbody tr', { hasText: 'MSFT' });
    const age = row.locator('[data-cell="age"]');
    await age.getByText('closed', { exact: true }).waitFor();
    assert.doesNotMatch((await row.getAttribute('class')) ?? '', /stale/);
    await publishTick(house, 'MSFT', '421.75');
    await age.getByText(/^(now|\d+ s)$/).waitFor();
    calendar = null;
    await publishTick(house, 'KO', '62.00', 120);
    await page.reload();
    const silent = page.locator('tbody tr.stale', { hasText: 'KO' });
    await silent.locator('[data-cell="age"]').getByText(/min/).waitFor();
    await page.context().close();
  });

  it('is named in the history, which says else that it is complete', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPL&${SECOND_SESSION}`);
    const missing = page.getByRole('region', { name: 'What is missing' });
    await missing.getByText(/NASDAQ, Mar 6, 2024 10:00:00 to 10:15:00: nobody was listening, 1,234 messages/).waitFor();
    assert.match((await missing.getByRole('link', { name: /All gaps/ }).getAttribute('href')) ?? '', /^\/api\/gaps\?/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV ↓' }).click(),
    ]);
    assert.ok(await download.path());
    await page.getByText(/Saved [\d,]+ rows.*not complete/).waitFor();
    assert.deepEqual(await seriousFaults(page), []);
    await page.goto(`${house.address}/history?stock=AAPL&start=${at(NIGHT.open)}&end=${at(HOLE.from - 60)}`);
    await page.getByText('✓ Complete').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});

/** How often colours change along a line through a band, a pixel: often in a hatching, in a tint only where it meets the grid. */
function changesAcross(page: Page, { left, right }: Band): Promise<number> {
  return page.evaluate(`(() => {
    let changes = 0;
    for (const canvas of document.querySelectorAll('.chart td:nth-child(2) canvas')) {
      const ratio = canvas.width / canvas.clientWidth;
      const y = Math.round(canvas.height * 0.06);
      const from = Math.max(0, Math.ceil(${left + 3} * ratio));
      const width = Math.floor(Math.min(canvas.width, ${right - 3} * ratio)) - from;
      if (canvas.clientHeight < 100 || width < 8) continue;
      const { data } = canvas.getContext('2d').getImageData(from, y, width, 1);
      for (let i = 4; i < data.length; i += 4) {
        if (Math.abs(data[i + 3] - data[i - 1]) > 2) changes++;
      }
    }
    return changes / ${right - left};
  })()`);
}
