import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { allFaults, colorFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { faintEdges, faintRings } from '../browser/edges.ts';
import { HOUSE_TOKEN } from '../browser/house.ts';
import { cover, recordGap } from '../browser/known-holes.ts';
import { LOOKS, recolor } from '../browser/looks.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { PICTURE_VIEWS, type PictureView } from '../browser/picture-views.ts';
import { HOUR, publishHours } from '../browser/prepared.ts';
import { eachView } from '../browser/walk-views.ts';
import { until } from '../servers/index.ts';

const HOLES = `{ [...document.querySelectorAll('summary')].forEach((element) => element.click()) }`;

const VIEWS: readonly PictureView[] = [
  ...PICTURE_VIEWS.filter(({ name }) => !['board', 'stock', 'system-end'].includes(name)).map((view) => ({
    ...view,
    // What was measured is of no interest here.
    settleMs: 0,
  })),
  {
    name: 'dialog',
    path: `/system#admin=${encodeURIComponent(HOUSE_TOKEN)}`,
    filled: '.admin .result.good',
    prepare: openDialog,
  },
];

describe('every view in every look', () => {
  openHouse(async () => {
    const oldest = await publishHours(house);
    await cover(house, 'NASDAQ', oldest);
    await recordGap(house, { exchange: 'NASDAQ', from: oldest + HOUR, to: oldest + 1.4 * HOUR, messages: 1234 });
    // A price that is none: something that the administrator can clear.
    await house.publish('NASDAQ', [{ stock: 'AAPL', price: 'none', time: 1 as never }]);
  });

  for (const [place, looks] of [
    ['a desk', LOOKS.filter(({ name }) => name !== 'phone')],
    ['a phone', LOOKS.filter(({ name }) => name === 'phone')],
  ] as const) {
    it(`has nothing that axe finds fault with on ${place}`, async () => {
      const { page, complaints } = await openPage(browser, { ...looks[0]?.options, reducedMotion: 'reduce' });
      const faults: string[] = [];
      await eachView(page, house.address, VIEWS, async (view) => {
        await page.evaluate(HOLES);
        for (const [index, look] of looks.entries()) {
          await recolor(page, look);
          // Another look has other colours, and the same elements.
          const found = index === 0 ? allFaults(page) : colorFaults(page, look.name.startsWith('contrast'));
          for (const fault of await found) faults.push(`${view.name}, ${look.name}: ${fault}`);
        }
      });
      assert.deepEqual(faults, []);
      assert.deepEqual(
        complaints.list.filter((text) => !text.includes('404')),
        [],
      );
      await page.context().close();
    });
  }

  it('has edges and rings that stand out, with high contrast and in forced colours', async () => {
    const { page } = await openPage(browser, { reducedMotion: 'reduce' });
    const faults: string[] = [];
    const views = VIEWS.filter(({ name }) => ['board-active', 'stock-line', 'history', 'system'].includes(name));
    await eachView(page, house.address, views, async (view) => {
      for (const look of LOOKS.filter(({ name }) => name.startsWith('contrast') || name === 'forced')) {
        await recolor(page, look);
        const found = [...(await faintEdges(page)), ...(await faintRings(page, 12))];
        for (const fault of found) faults.push(`${view.name}, ${look.name}: ${fault}`);
      }
    });
    assert.deepEqual(faults, []);
    await page.context().close();
  });

  it('draws its canvases in the colours of the look, also when the look changes', async () => {
    const { page } = await openPage(browser);
    for (const [path, canvas, variables] of [
      ['/', '.grid .row canvas', ['--up', '--down', '--text-3']],
      ['/stock/AAPL?interval=1m', '.chart td:nth-child(2) canvas', ['--up', '--down']],
    ] as const) {
      await page.goto(house.address + path);
      await page.locator(canvas).first().waitFor();
      for (const look of LOOKS.filter(({ name }) => name !== 'phone')) {
        await recolor(page, look);
        await until(async () => (await drawnColors(page, canvas, variables)) > 0, {
          what: `the colours of ${look.name} at ${path}`,
        });
      }
    }
    await page.context().close();
  });

  it('tells rising candles from falling ones by their shape where colours say little', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL`);
    for (const look of LOOKS) {
      await recolor(page, look);
      const [body, up] = await page.evaluate<string[]>(`['--up-body', '--up'].map((name) => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.style.cssText = 'forced-color-adjust: none; color: var(' + name + ')';
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      })`);
      assert.equal(body !== up, look.name.startsWith('contrast') || look.name === 'forced', look.name);
    }
    await page.context().close();
  });

  it('has the same strong colours whether they are chosen or wanted by the system', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    const colors = (): Promise<unknown> =>
      page.evaluate(`Object.fromEntries([...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
        .filter(({ selectorText }) => selectorText === ':root').flatMap(({ style }) => [...style])
        .map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue(name)]))`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, contrast: 'no-preference' });
      const usual = await colors();
      await page.evaluate(`document.documentElement.dataset.theme = 'contrast'`);
      const chosen = await colors();
      await page.evaluate(`delete document.documentElement.dataset.theme`);
      await page.emulateMedia({ colorScheme, contrast: 'more' });
      assert.deepEqual(chosen, await colors());
      assert.notDeepEqual(chosen, usual);
    }
    await page.context().close();
  });

  it('prints dark on white, with the head of the table and nothing to click', async () => {
    const { page } = await openPage(browser, { colorScheme: 'dark' });
    for (const path of ['/', '/history?stock=AAPL']) {
      await page.goto(house.address + path);
      await page.locator('tbody tr').first().waitFor();
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const styles = await page.evaluate(`['body', 'thead', 'tbody tr', '.page, .board', '.theme'].map((selector) => {
        const { backgroundColor, color, display, position, overflowY } = getComputedStyle(document.querySelector(selector));
        return { backgroundColor, color, display, position, overflowY };
      })`);
      const [body, head, row, view, button] = styles as readonly Readonly<Record<string, string>>[];
      assert.equal(body?.backgroundColor, 'rgb(255, 255, 255)');
      assert.match(row?.color ?? '', /^rgb\(\d\d?,/);
      assert.equal(head?.display, 'table-header-group');
      assert.equal(row?.position, 'static');
      assert.equal(view?.overflowY, 'visible');
      assert.equal(button?.display, 'none');
      await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    }
    await page.context().close();
  });

  it('tells in forced colours what is pressed, current, active and live', async () => {
    const { page } = await openPage(browser, { forcedColors: 'active' });
    await page.goto(house.address);
    await page.locator('.grid .row canvas').first().waitFor();
    await page.locator('.grid table').focus();
    await page.keyboard.press('ArrowDown');
    for (const [one, other] of [
      ['.chips [aria-pressed="true"]', '.chips [aria-pressed="false"]'],
      ['nav [aria-current]', 'nav a:not([aria-current])'],
      ['.row[aria-selected="true"]', '.row[aria-selected="false"]'],
      ['.live i', '.top'],
    ] as const) {
      assert.notEqual(await shape(page, one), await shape(page, other), one);
    }
    await page.context().close();
  });
});

/** What forced colours leave of an element: its ground, its border and its outline. */
function shape(page: Page, selector: string): Promise<string> {
  return page.evaluate(`(() => {
    const style = getComputedStyle(document.querySelector(${JSON.stringify(selector)}));
    return [style.backgroundColor, style.borderBottom, style.outline].join(' ');
  })()`);
}

/** How many dots of the canvases have one of the theme's colours. */
function drawnColors(page: Page, canvas: string, variables: readonly string[]): Promise<number> {
  return page.evaluate(`(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.forcedColorAdjust = 'none';
    const wanted = ${JSON.stringify(variables)}.map((name) => {
      probe.style.color = 'var(' + name + ')';
      return getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).join();
    });
    probe.remove();
    let count = 0;
    for (const element of document.querySelectorAll(${JSON.stringify(canvas)})) {
      if (element.width === 0 || element.height === 0) continue;
      const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255 && wanted.includes([data[at], data[at + 1], data[at + 2]].join())) count++;
      }
    }
    return count;
  })()`);
}

async function openDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Clear rejected messages' }).click();
  await page.getByRole('dialog').waitFor();
}
