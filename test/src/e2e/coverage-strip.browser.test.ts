import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { changeAnswers } from '../browser/changed-answers.ts';
import { twoFrames } from '../browser/frames.ts';
import { bandsOn } from '../browser/inspected.ts';
import { at, HOLE, NIGHT, publishNight } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const VIEW = `/stock/AAPL?interval=1m&from=${NIGHT.close - 1.9 * HOUR}&to=${NIGHT.open + 1.9 * HOUR}`;
const KINDS = ['covered', 'missing', 'refused', 'closed', 'unknown'] as const;

interface Part {
  readonly kind: string;
  readonly label: string;
  readonly left: number;
  readonly right: number;
}

describe('the strip of a chart’s coverage', () => {
  openHouse(async () => {
    await publishNight(house);
  });

  /** A page whose answers also name ticks that were refused, and time of which nothing is known. */
  async function openWithAll(options: Parameters<typeof openPage>[1] = {}) {
    const opened = await openPage(browser, options);
    await changeAnswers<{ readonly holes: readonly object[] }>(opened.page, '**/api/average/AAPL?*', (average) => {
      const base = { exchange_name: 'NASDAQ', messages: 7 };
      const from = NIGHT.open + HOUR;
      const refused = { ...base, from_time: at(from), to_time: at(from + 300), reason: 'refused' };
      const unknown = {
        ...base,
        from_time: at(from + 900),
        to_time: at(from + 1500),
        reason: 'unknown',
        messages: null,
      };
      return { ...average, holes: [...average.holes, refused, unknown] };
    });
    await opened.page.goto(house.address + VIEW);
    await until(async () => new Set((await partsOn(opened.page)).map(({ kind }) => kind)).size === KINDS.length, {
      what: 'a part of each kind',
    });
    return opened;
  }

  it('lies at the places of the chart without a gap, and moves with them', async () => {
    const { page, complaints } = await openWithAll();
    const isAligned = async (): Promise<boolean> => {
      const [parts, bands] = [await partsOn(page), await bandsOn(page)];
      const isNear = (a = 0, b = 0) => Math.abs(a - b) <= 2;
      const closed = bands.find(({ kind }) => kind === 'closed');
      const missing = bands.find(({ kind, from }) => kind === 'missing' && from === HOLE.from);
      const gaps = parts.slice(1).filter(({ left }, index) => !isNear(left, parts[index]?.right));
      return (
        gaps.length === 0 &&
        parts.some(
          ({ kind, left, right }) => kind === 'closed' && isNear(left, closed?.left) && isNear(right, closed?.right),
        ) &&
        parts.some(
          ({ kind, left, right }) => kind === 'missing' && isNear(left, missing?.left) && isNear(right, missing?.right),
        )
      );
    };
    await until(isAligned, { what: 'parts under their bands' });
    const left = async () => (await partsOn(page)).find(({ kind }) => kind === 'missing')?.left;
    const before = await left();
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowUp');
    await until(async () => (await left()) !== before && (await isAligned()), { what: 'parts at their new places' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  for (const look of ['light', 'dark', 'forced'] as const) {
    it(`tells kinds by their shape, ${look} colours or none`, async () => {
      const { page } = await openWithAll({
        colorScheme: look === 'dark' ? 'dark' : 'light',
        forcedColors: look === 'forced' ? 'active' : 'none',
      });
      const shapes = await page.evaluate<readonly string[]>(`(() => ${JSON.stringify(KINDS)}.map((kind) => {
        const style = getComputedStyle(document.querySelector('.strip-part.' + kind), '::before');
        const shape = (style.backgroundImage + style.backgroundSize + style.borderStyle).replace(/rgba?\\([^)]*\\)/g, '');
        return shape;
      }))()`);
      assert.equal(new Set(shapes).size, KINDS.length, shapes.join('\n'));
      assert.deepEqual(await seriousFaults(page), []);
      await page.context().close();
    });
  }

  it('is one stop of the Tab key, says by arrows what each part is, and why in full by Enter', async () => {
    const { page, complaints } = await openWithAll();
    await page.locator('.chart').focus();
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""');
    await page.keyboard.press('Tab');
    assert.match(await focused(), /^Covered, /);
    const said: string[] = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('ArrowRight');
      said.push(await focused());
    }
    for (const what of [
      /^Closed, .*17 h 30/,
      /^Missing, .*: nobody was listening, 1,234 messages/,
      /^Refused, .*7 messages/,
      /^Not known, /,
    ]) {
      assert.ok(
        said.some((text) => what.test(text)),
        `${what} in ${said.join('\n')}`,
      );
    }
    await page.keyboard.press('Home');
    while (!(await focused()).startsWith('Missing')) await page.keyboard.press('ArrowRight');
    await page.locator('.strip-hint', { hasText: 'nobody was listening' }).waitFor();
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'Coverage: Missing' });
    await card.getByText(/nobody was listening, 1,234 messages, lane NASDAQ\/0/).waitFor();
    assert.equal(await card.getByRole('link', { name: 'Ledger and coverage' }).getAttribute('href'), '/system');
    assert.deepEqual(await seriousFaults(page), []);
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    assert.match(await focused(), /^Missing, /);
    await page.keyboard.press('Tab');
    assert.doesNotMatch(await focused(), /^(Covered|Missing|Refused|Closed|Not known)/);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('explains a band of the chart that is clicked, and goes at a click elsewhere', async () => {
    const { page } = await openWithAll();
    const band = await until(async () => (await bandsOn(page)).find(({ kind }) => kind === 'closed'), {
      what: 'a band',
    });
    const chart = await page.locator('.chart').boundingBox();
    await page.mouse.click((chart?.x ?? 0) + (band.left + band.right) / 2, (chart?.y ?? 0) + 220);
    const card = page.getByRole('dialog', { name: 'Coverage: Closed' });
    await card.getByText('No exchange of this stock was open').waitFor();
    await page.locator('.stock-head').click();
    await card.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('writes labels into bands that never leave their band, nor lie over each other, at any zoom', async () => {
    const { page } = await openWithAll();
    await page.locator('.chart').focus();
    await until(async () => (await bandsOn(page)).some(({ written }) => written !== undefined), { what: 'labels' });
    for (let step = 0; step < 8; step++) {
      const bands = await bandsOn(page);
      const labels = bands.flatMap(({ written, left, right }) =>
        written === undefined ? [] : [{ ...written, band: { left, right } }],
      );
      for (const [index, label] of labels.entries()) {
        assert.ok(label.left >= label.band.left && label.right <= label.band.right, `${label.text} leaves its band`);
        for (const other of labels.slice(index + 1)) {
          assert.ok(label.right < other.left || other.right < label.left, `${label.text} over ${other.text}`);
        }
      }
      await page.keyboard.press('ArrowDown');
      await twoFrames(page);
    }
    await page.context().close();
  });
});

function partsOn(page: Page): Promise<readonly Part[]> {
  return page.evaluate<readonly Part[]>(`(() => {
    const origin = document.querySelector('.chart')?.getBoundingClientRect().left ?? 0;
    return [...document.querySelectorAll('.strip-part')].map((part) => {
      const { left, right } = part.getBoundingClientRect();
      return {
        kind: part.className.replace('strip-part ', ''),
        label: part.getAttribute('aria-label'),
        left: left - origin,
        right: right - origin,
      };
    });
  })()`);
}
