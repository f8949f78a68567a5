import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrowserContextOptions, Locator } from 'playwright-core';
import { allFaults } from '../browser/axe.ts';
import { LONG_PRICE, openBoard, publishBoard, rowOf } from '../browser/board-rows.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };

const styleOf = (element: Locator, property: string): Promise<string> =>
  element.evaluate(
    (own, name) => own.ownerDocument.defaultView?.getComputedStyle(own).getPropertyValue(name) ?? '',
    property,
  );

describe('how the board looks', () => {
  openHouse(() => publishBoard(house));

  it('cuts a price that is too long with an ellipsis, and tells all of it to whoever points at it', async () => {
    const { page } = await openBoard(browser, `${house.address}/?q=long`);
    const price = rowOf(page, 'LONG').locator('[data-cell="price"]');
    await until(async () => (await price.getAttribute('title'))?.replaceAll(',', '') === LONG_PRICE, {
      what: 'the title',
    });
    const cell = rowOf(page, 'LONG').locator('.c-price');
    const [style, box, next] = [
      await styleOf(cell, 'text-overflow'),
      await cell.boundingBox(),
      await rowOf(page, 'LONG').locator('.c-change').boundingBox(),
    ];
    assert.equal(style, 'ellipsis');
    assert.ok((box?.x ?? 0) + (box?.width ?? 0) <= (next?.x ?? 0), 'the price overlaps the change');
    await page.context().close();
  });

  it('has figures apart, room for fingers, and a sign that there are more filters, on a phone', async () => {
    const { page, complaints } = await openBoard(browser, `${house.address}/?q=l`, PHONE);
    const faults = await page.evaluate<string[]>(`(() => {
      const faults = [];
      const boxes = (root, selector) => [...root.querySelectorAll(selector)].map((element) => [element, element.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
      for (const row of document.querySelectorAll('tbody tr')) {
        const cells = boxes(row, 'td');
        for (const [one, a] of cells) for (const [other, b] of cells)
          if (one !== other && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) faults.push(one.className + ' over ' + other.className);
        for (const [cell, box] of cells) if (box.right > innerWidth) faults.push(cell.className + ' beyond the edge');
      }
      for (const [button, box] of boxes(document, 'main button')) if (box.height < 40 || box.width < 40) faults.push('small: ' + button.outerHTML + box.height);
      if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the screen');
      return faults;
    })()`);
    assert.deepEqual(faults, []);
    const chips = page.getByRole('group', { name: 'State' });
    assert.ok(
      await chips.evaluate((element) => element.scrollWidth > element.clientWidth),
      'there is more to the right',
    );
    assert.match(await styleOf(chips, 'mask-image'), /gradient/);
    await rowOf(page, 'LONG').getByRole('button', { name: 'Favourite: LONG' }).tap();
    assert.equal(await rowOf(page, 'LONG').getByRole('button').first().getAttribute('aria-pressed'), 'true');
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    phone: { ...PHONE, colorScheme: 'light' },
  } satisfies Record<string, BrowserContextOptions>)) {
    it(`has no fault of accessibility in any of its states (${name})`, async () => {
      const { page } = await openBoard(browser, house.address, { reducedMotion: 'reduce', ...options });
      await page.getByRole('grid').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('f');
      assert.deepEqual(await allFaults(page), [], 'rows');
      await page.getByRole('button', { name: 'View' }).click();
      await page.getByRole('checkbox', { name: 'Favourites first' }).waitFor();
      assert.deepEqual(await allFaults(page), [], 'the menu View');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Lists', exact: true }).click();
      await page.getByLabel('Name of a new list').fill('Mine');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByLabel('Stock to put on Mine').fill('DIS');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Take DIS off' }).waitFor();
      assert.deepEqual(await allFaults(page), [], 'a list');
      await page.goto(`${house.address}/?q=zzz`);
      await page.getByText('No stock matches').waitFor();
      assert.deepEqual(await allFaults(page), [], 'nothing found');
      await page.context().close();
    });
  }
});
