import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { HOUSE_TOKEN } from '../browser/house.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const FRAGMENT = `#admin=${encodeURIComponent(HOUSE_TOKEN)}`;
const SIGNED_IN = '✓ Signed in as administrator';

describe("the administrator's part of the page", () => {
  openHouse(async () => {
    await until(async () => (await fetch(`${house.address}/api/rejected`)).ok, { what: 'the schema' });
  });

  async function sql(text: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: house.databaseUrl });
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** Something to clear, and something to retire. */
  async function leaveTraces(): Promise<void> {
    await sql(`INSERT INTO rejected_payloads (received_at, exchange_name, reason, detail, raw, bytes)
                 SELECT now(), 'NYSE', 'bad_form', 'it has no price', 'TSLA', 4 FROM generate_series(1, 3);
               INSERT INTO rejected_totals VALUES ('NYSE', 'bad_form', 'NYSE/0', 1203, now(), now());
               INSERT INTO ingest_positions (lane, exchange_name, seq, stored) VALUES ('AMEX/0', 'AMEX', 7, 12345)`);
  }

  /** Every address that the page's requests had, with what they said of where they came from. */
  function watchRequests(page: Page): string[] {
    const seen: string[] = [];
    page.on('request', (request) => seen.push(`${request.url()} ${request.headers().referer ?? ''}`));
    return seen;
  }

  it('takes the token from a link, and leaves it in no address, no history and no request but its header', async () => {
    const { page, complaints } = await openPage(browser);
    const seen = watchRequests(page);
    await page.goto(`${house.address}/system${FRAGMENT}`);
    await page.getByText(SIGNED_IN).waitFor();
    assert.equal(page.url(), `${house.address}/system`);
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await page.getByRole('link', { name: 'Admin', exact: true }).click();
    await page.getByText(SIGNED_IN).waitFor();
    await page.goBack();
    await page.waitForURL(`${house.address}/`);
    await page.goBack();
    // The way back leads past no token: it would stand in the address.
    await page.waitForURL(`${house.address}/system`);
    await page.reload();
    await page.getByText(SIGNED_IN).waitFor();
    for (const text of seen) {
      // The browser's own note of the first navigation: the fragment goes to no server.
      const sent = text.replace(FRAGMENT, '');
      assert.ok(!sent.includes(HOUSE_TOKEN) && !sent.includes(encodeURIComponent(HOUSE_TOKEN)), text);
    }
    assert.equal(await page.evaluate(`localStorage.getItem('tickwatch.admin')`), null);
    assert.deepEqual(complaints.list, []);
    // Another visitor is none.
    const { page: visitor } = await openPage(browser);
    await visitor.goto(`${house.address}/system`);
    await visitor.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(await visitor.getByRole('link', { name: 'Admin', exact: true }).count(), 0);
    await visitor.context().close();
    await page.context().close();
  });

  it('takes a token that is pasted, refuses a wrong one with a sentence, and forgets it by a button', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    const field = page.getByLabel('Token');
    await field.fill('not-the-token-of-this-house');
    await field.press('Enter');
    await page.getByText('The token is not the ADMIN_TOKEN of this server').waitFor();
    await field.fill('kein Schlüssel');
    await field.press('Enter');
    await page.getByText('no space').waitFor();
    assert.equal(await page.getByRole('button', { name: /Clear|Retire/ }).count(), 0);
    await field.fill(` ${HOUSE_TOKEN} `);
    await field.press('Enter');
    await page.getByText(SIGNED_IN).waitFor();
    assert.equal(page.url(), `${house.address}/system`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();
    await page.reload();
    await field.waitFor();
    assert.equal(await page.evaluate(`sessionStorage.getItem('tickwatch.admin')`), null);
    // A link that is opened in a tab where the page is already, while the server can't be asked: it is not lost.
    await page.route('**/api/admin', (route) => route.abort());
    await page.evaluate(`location.hash = ${JSON.stringify(FRAGMENT)}`);
    await page.getByText('Whether the token is right is not known').waitFor();
    assert.equal(await page.getByRole('button', { name: /Clear|Retire/ }).count(), 0);
    await page.unroute('**/api/admin');
    await page.reload();
    await page.getByText(SIGNED_IN).waitFor();
    assert.equal(page.url(), `${house.address}/system`);
    await page.context().close();
  });

  it('clears rejected messages and retires a lane by keys alone, and only when told twice', async () => {
    await leaveTraces();
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    await page.getByText('it has no price').first().waitFor();
    assert.equal(await page.getByRole('button', { name: /Clear|Retire/ }).count(), 0, 'visitors see no button');
    await page.evaluate(`location.hash = ${JSON.stringify(FRAGMENT)}`);
    const clear = page.getByRole('button', { name: 'Clear rejected messages' });
    await clear.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Clear 1,203 rejected messages?' });
    await dialog.waitFor();
    for (const key of ['Escape', 'Enter']) {
      await page.keyboard.press(key);
      await dialog.waitFor({ state: 'hidden' });
      await until(async () => (await focused(page)) === 'Clear rejected messages', { what: 'the focus where it was' });
      await page.keyboard.press('Enter');
      await dialog.waitFor();
    }
    assert.equal((await sql('SELECT count(*)::int AS n FROM rejected_payloads')).rows[0]?.n, 3, 'nothing is done yet');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Cleared 1,203').waitFor();
    await page.getByText('None: everything that came was a tick').waitFor();
    assert.equal((await sql('SELECT count(*)::int AS n FROM rejected_payloads')).rows[0]?.n, 0);

    await page.getByText('12,345 ticks').first().waitFor();
    const retire = page.getByRole('button', { name: 'Retire AMEX/0' });
    await retire.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Retire AMEX/0?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByText('AMEX/0 is retired').waitFor();
    await retire.waitFor({ state: 'detached' });
    assert.equal((await sql(`SELECT count(*)::int AS n FROM ingest_positions WHERE lane = 'AMEX/0'`)).rows[0]?.n, 0);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [what, viewport] of [
      ['wide', { width: 1280, height: 900 }],
      ['phone', { width: 390, height: 844 }],
    ] as const) {
      it(`has no serious fault of accessibility, and is no wider than the screen (${colorScheme}, ${what})`, async () => {
        await sql('TRUNCATE rejected_payloads, rejected_totals');
        await sql(`DELETE FROM ingest_positions WHERE lane = 'AMEX/0'`);
        await leaveTraces();
        const { page } = await openPage(browser, { colorScheme, viewport, reducedMotion: 'reduce' });
        await page.goto(`${house.address}/system`);
        await page.getByLabel('Token').waitFor();
        assert.deepEqual(await seriousFaults(page), []);
        await page.evaluate(`location.hash = ${JSON.stringify(FRAGMENT)}`);
        await page.getByRole('button', { name: 'Retire AMEX/0' }).waitFor();
        assert.deepEqual(await seriousFaults(page), []);
        await page.getByRole('button', { name: 'Retire AMEX/0' }).scrollIntoViewIfNeeded();
        await shot(page, `admin-${colorScheme}-${what}`);
        await page.getByRole('button', { name: 'Clear rejected messages' }).click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await seriousFaults(page), []);
        await shot(page, `admin-${colorScheme}-${what}-dialog`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.ok(wide <= 0, `${wide} px too wide`);
        await page.context().close();
      });
    }
  }
});

function focused(page: Page): Promise<string | null> {
  return page.evaluate<string | null>(`document.activeElement.getAttribute('aria-label')`);
}

/** For whoever wants to look: SCREENSHOTS names a folder. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
