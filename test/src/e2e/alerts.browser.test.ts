import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { HOUSE_TOKEN } from '../browser/house.ts';
import { layoutFaults, smallTargets } from '../browser/layout.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedTicks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const FRAGMENT = `#admin=${encodeURIComponent(HOUSE_TOKEN)}`;
const LEVEL = '/alerts?new=price_crosses&stock=AAPL&exchange=NASDAQ&level=230.5&direction=up';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe('the page of alerts', () => {
  openHouse(async () => {
    await cost('229', '230', '231', '229');
    await storedTicks(house, 'AAPL', 4);
  });

  /** Prices of AAPL, one after the other. */
  async function cost(...prices: readonly string[]): Promise<void> {
    for (const price of prices) {
      await house.publish('NASDAQ', [{ stock: 'AAPL', price, time: (Date.now() * 1000) as EpochMicros }]);
    }
  }

  async function open(path: string, options: BrowserContextOptions = {}) {
    const { page, complaints } = await openPage(browser, { reducedMotion: 'reduce', ...options });
    await page.goto(house.address + path);
    return { page, complaints };
  }

  it('tells a visitor what a link would make and how to make it; signed in there, the form is filled in', async () => {
    const { page, complaints } = await open(LEVEL);
    await page.getByText('When AAPL on NASDAQ crosses 230.5 from below, tell this page alone.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Make this rule' }).count(), 0);
    await page.getByLabel('Token').fill(HOUSE_TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Make this rule' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Level' }).inputValue(), '230.5');
    assert.equal(await page.getByLabel('Exchange', { exact: true }).inputValue(), 'NASDAQ');
    await page.getByRole('button', { name: 'Without AAPL' }).waitFor();
    // It has crossed it once, as history knows.
    await page.getByText('Would have fired once in the last 30 days').waitFor();
    await page.getByRole('list', { name: 'The newest of them' }).getByText('230.5').waitFor();
    assert.deepEqual(complaints.list, []);
    // A token that is refused meanwhile takes nothing of what was typed.
    const problem = JSON.stringify({ title: 'Unauthorized', status: 401, detail: 'Another token was set.' });
    const contentType = 'application/problem+json';
    await page.route('**/preview', (route) => route.fulfill({ status: 401, contentType, body: problem }));
    await page.getByLabel('Name').fill('Typed');
    await page.getByRole('textbox', { name: 'Level' }).fill('230.75');
    await page.getByText('To keep what you typed, sign in').getByText('Another token was set.').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), 'Typed');
    assert.equal(await page.getByRole('textbox', { name: 'Level' }).inputValue(), '230.75');
    await page.context().close();
  });

  it('makes a rule by keys alone, says what is wrong at its field, and shows it fire', async () => {
    const { page, complaints } = await open(`/alerts${FRAGMENT}`);
    await page.getByText('There is no rule yet').waitFor();
    await page.keyboard.press('n');
    // The kind of condition has the focus; its arrows choose.
    const chosen = page.getByRole('radio', { checked: true });
    await until(() => chosen.evaluate((element) => element === element.ownerDocument.activeElement), { what: 'focus' });
    await page.keyboard.press('ArrowRight');
    await page.getByLabel('By', { exact: true }).fill('120');
    await page.getByRole('button', { name: 'Falls', exact: true }).press('Enter');
    // It is not asked for yet: the preview says so.
    await page.getByText('120 percent down can never be').waitFor();
    assert.equal(await page.getByLabel('By', { exact: true }).getAttribute('aria-invalid'), 'true');
    await chosen.press('ArrowLeft');
    await page.getByRole('button', { name: 'Make this rule' }).press('Enter');
    const level = page.getByRole('textbox', { name: 'Level' });
    await page.getByText('Which price?').waitFor();
    await until(() => level.evaluate((element) => element === element.ownerDocument.activeElement), {
      what: 'the fault has the focus',
    });
    await page.keyboard.type('230.50');
    await page.getByRole('button', { name: 'From below' }).press('Enter');
    await page.getByLabel('Stocks').fill('aapl');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Without AAPL' }).waitFor();
    await page.getByLabel('Name').fill('Above');
    await page.keyboard.press('Enter');
    const rule = page.getByRole('listitem', { name: 'Above' });
    await rule.getByText('When AAPL crosses 230.50 from below').waitFor();
    await rule.getByText('never fired').waitFor();
    await cost('231');
    await rule.getByText('fired once').waitFor();
    await page
      .getByRole('list', { name: 'Fired' })
      .getByRole('link', { name: /AAPL crossed 230\.50 from below/ })
      .click();
    await page.waitForURL(/\/stock\/AAPL\?exchange=NASDAQ&at=/);
    assert.deepEqual(
      complaints.list.filter((line) => !line.includes('422')),
      [],
    );
    await page.context().close();
  });

  it('silences a rule, wakes it, switches it off, changes and deletes it', async () => {
    const { page, complaints } = await open(`/alerts${FRAGMENT}`);
    const rule = page.getByRole('listitem', { name: 'Above' });
    await rule.getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('button', { name: 'An hour' }).click();
    await rule.getByText('Snoozed').waitFor();
    await rule.getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('button', { name: 'Wake it up now' }).click();
    await rule.getByText('Watching').waitFor();
    await rule.getByRole('button', { name: 'Switch Above off' }).click();
    await rule.getByText('○ Off').waitFor();
    await page.getByText('“Above” is off').waitFor();
    const turned = rule.getByRole('button', { name: 'Switch Above on' });
    await until(() => turned.evaluate((element) => element === element.ownerDocument.activeElement), {
      what: 'the focus where it was',
    });
    await rule.getByRole('link', { name: 'Change Above' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Level' }).inputValue(), '230.50');
    await page.getByLabel('Hysteresis').fill('0.25');
    await page.getByRole('button', { name: 'Keep the change' }).click();
    await rule.getByText('again when it went back by 0.25').waitFor();
    await rule.getByText('○ Off').waitFor();
    await rule.getByRole('button', { name: 'Delete Above' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await rule.waitFor({ state: 'detached' });
    // What it fired stays.
    await page.getByRole('list', { name: 'Fired' }).getByText('AAPL crossed').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('makes a receiver whose key is told once, and says where an address is none', async () => {
    const { page } = await open(`/alerts${FRAGMENT}`);
    await page.getByRole('button', { name: 'New receiver' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('desk');
    await page.getByLabel('URL').fill('ftp://example.com');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByText(/“?"?ftp:.* is of ftp/).waitFor();
    assert.equal(await page.getByLabel('URL').getAttribute('aria-invalid'), 'true');
    await page.getByLabel('URL').fill('https://example.com/hook');
    await page.getByRole('button', { name: 'Keep' }).click();
    const secret = await page.locator('.made-secret code').textContent();
    assert.match(secret ?? '', /^\S{32,}$/);
    await page.locator('.made-secret button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(secret ?? '').waitFor({ state: 'detached' });
    await page.getByRole('listitem', { name: 'desk' }).getByText('https://example.com/hook').waitFor();
    await page.context().close();
  });

  for (const [what, options] of [
    ['light', { colorScheme: 'light' }],
    ['dark, on a phone', { ...PHONE, colorScheme: 'dark' }],
  ] as const) {
    it(`has no fault of accessibility or layout (${what})`, async () => {
      const { page } = await open('/alerts', options);
      const faults: string[] = [];
      const look = async (name: string): Promise<void> => {
        faults.push(...(await allFaults(page, what !== 'light')).map((fault) => `${name}: ${fault}`));
      };
      await page.getByRole('list', { name: 'Fired' }).getByRole('listitem').first().waitFor();
      await look('visitor');
      await page.goto(`${house.address}/alerts?new=price_moves&stock=AAPL${FRAGMENT}`);
      await page.getByText('How often, in which hours, until when').click();
      await page.getByLabel('Only in some hours').check();
      await page.getByText('Would have fired').waitFor();
      await look('form');
      await page.goto(`${house.address}/alerts`);
      await page.getByRole('button', { name: 'New receiver' }).click();
      await look('administrator');
      assert.deepEqual(faults, []);
      await page.context().close();
    });
  }
});

async function allFaults(page: Page, isForFingers: boolean): Promise<readonly string[]> {
  const serious = (await seriousFaults(page)).map((fault) => JSON.stringify(fault));
  return [...serious, ...(await layoutFaults(page)), ...(isForFingers ? await smallTargets(page) : [])];
}
