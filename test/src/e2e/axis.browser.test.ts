import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { axesAtRest } from '../browser/axes.ts';
import { openPage } from '../browser/browser.ts';
import { drawnOn } from '../browser/inspected.ts';
import { every, publishOld, wave } from '../browser/old-prices.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A year that ends in the days after New York's clocks were set back. */
const END = seconds('2024-11-08T00:00:00Z');
const DATE = /^(?:[A-Z][a-z]{2}(?: \d+)?(?:, \d{4})?|\d{4}|[A-Z][a-z]{2} \d{4})(?: \d\d:\d\d(?::\d\d)?)?$/;

const ZONES = {
  'New York': { choice: 'exchange', timezoneId: 'UTC' },
  UTC: { choice: 'utc', timezoneId: 'UTC' },
  Tokyo: { choice: 'local', timezoneId: 'Asia/Tokyo' },
  Kolkata: { choice: 'local', timezoneId: 'Asia/Kolkata' },
} as const;

/** Widths of candles, how much of them is looked at, and whether in all zones. */
const RANGES = [
  ['5s', 15 * MINUTE, true],
  ['5m', DAY, true],
  ['1m', 7 * DAY, false],
  ['15m', 7 * DAY, true],
  ['1h', 7 * DAY, false],
  ['4h', 31 * DAY, true],
  ['1d', 31 * DAY, false],
  ['1d', 366 * DAY, true],
  ['1w', 366 * DAY, false],
] as const;

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

/** Sessions of New York's winter time, with a tick before the opening of each. */
function inSession(time: number): boolean {
  const local = new Date((time - 5 * HOUR) * 1000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const close = { 28: 0, 29: 13 * 60 }[local.getUTCDate()] ?? 16 * 60;
  const early = minute === 8 * 60 && close > 0;
  return local.getUTCDay() % 6 !== 0 && (early || (minute >= 570 && minute < close));
}

describe('the time axis of a chart', () => {
  openHouse(async () => {
    const times = [
      ...every(DAY / 4, END - 366 * DAY, END - 32 * DAY),
      ...every(HOUR, END - 32 * DAY, END - 8 * DAY),
      ...every(5 * MINUTE, END - 8 * DAY, END - HOUR),
      ...every(5, END - HOUR, END),
    ];
    await publishOld(house, { exchange: 'NASDAQ', stock: 'YEAR', times, price: wave });
    const weeks = every(5 * MINUTE, seconds('2024-11-25T00:00:00Z'), seconds('2024-12-05T00:00:00Z'));
    await publishOld(house, { exchange: 'NASDAQ', stock: 'DAYS', times: weeks.filter(inSession), price: wave });
  });

  async function openZone(zone: keyof typeof ZONES, options: BrowserContextOptions = {}) {
    const { choice, timezoneId } = ZONES[zone];
    const opened = await openPage(browser, { timezoneId, ...options });
    await opened.page.addInitScript(`localStorage.setItem('tickwatch.zone', '"${choice}"')`);
    return opened;
  }

  /** Opens a chart; resolves when its axis has marks. */
  async function open(path: string, zone: keyof typeof ZONES = 'New York', options: BrowserContextOptions = {}) {
    const opened = await openZone(zone, options);
    await opened.page.goto(house.address + path);
    return { ...opened, axes: await axesAtRest(opened.page) };
  }

  for (const zone of Object.keys(ZONES) as (keyof typeof ZONES)[]) {
    it(`has dates in every range, whole times of the zone, and no two neighbours the same: ${zone}`, async () => {
      const { page, complaints } = await openZone(zone);
      const format = new Intl.DateTimeFormat('en-US', {
        ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
        timeZone:
          zone === 'New York' ? 'America/New_York' : ZONES[zone].timezoneId === 'UTC' ? 'UTC' : ZONES[zone].timezoneId,
      });
      for (const [interval, span, everywhere] of RANGES) {
        if (zone !== 'New York' && !everywhere) continue;
        await page.goto(`${house.address}/stock/YEAR?interval=${interval}&from=${END - span}&to=${END}`);
        const { marks } = await axesAtRest(page);
        const texts = marks.map(({ text }) => text);
        const what = `${interval} for ${span / DAY} days: ${texts.join(' | ')}`;
        assert.ok(texts.length >= 4, what);
        assert.ok(
          texts.every((text, index) => text !== texts[index + 1]),
          what,
        );
        assert.ok(
          texts.some((text) => DATE.test(text)),
          what,
        );
        for (const { text, time } of marks) {
          const [date, clock] = format.format(time * 1000).split(', ');
          if (/^\d\d:\d\d/.test(text)) assert.equal(text.slice(0, 5), clock, what);
          if (/^[A-Z][a-z]{2} \d{1,2}\b/.test(text))
            assert.ok(text.startsWith(date ?? ''), `${text} at ${date}: ${what}`);
        }
        if (span >= DAY && interval !== '1w') {
          const days = new Set(marks.map(({ time }) => format.format(time * 1000).split(',')[0]));
          assert.ok(texts.filter((text) => DATE.test(text)).length >= days.size - 1, what);
        }
      }
      assert.deepEqual(complaints.list, []);
      await page.context().close();
    });
  }

  it('tells the two hours apart that a clock shows twice, and skips none', async () => {
    const night = seconds('2024-11-03T04:00:00Z');
    const { page, axes } = await open(`/stock/YEAR?interval=5m&from=${night - 2 * HOUR}&to=${night + 6 * HOUR}`);
    const texts = axes.marks.map(({ text }) => text);
    const first = texts.indexOf('01:00 UTC−4');
    assert.ok(first >= 0 && texts.indexOf('01:00 UTC−5') > first, texts.join(' | '));
    await page.context().close();
  });

  it('is written in the browser’s language', async () => {
    const path = `/stock/YEAR?interval=1h&from=${END - 7 * DAY}&to=${END}`;
    const { page, axes } = await open(path, 'UTC', { locale: 'de-DE' });
    const texts = axes.marks.map(({ text }) => text);
    assert.ok(texts.includes('4. Nov.'), texts.join(' | '));
    await page.context().close();
  });

  it('leaves out nights, a holiday, the rest of half a day and the weekend, and marks where sessions begin', async () => {
    const [from, to] = [seconds('2024-11-26T12:00:00Z'), seconds('2024-12-04T22:00:00Z')];
    const { page, complaints } = await open(`/stock/DAYS?interval=15m&from=${from}&to=${to}`);
    const before = (await drawnOn(page)).length;
    await page.getByRole('button', { name: 'Hide closed hours' }).click();
    const opening = (day: string) => seconds(`2024-${day}T09:30:00-05:00`);
    const days = ['11-27', '11-29', '12-02', '12-03', '12-04'];
    const { marks } = await axesAtRest(
      page,
      (axes) => axes.marks.filter(({ text }) => DATE.test(text)).length >= days.length,
    );
    for (const day of days) {
      assert.ok(
        marks.some(({ time }) => time > opening(day) - 2 * HOUR && time <= opening(day)),
        `${day}: ${marks.map(({ text }) => text).join(' | ')}`,
      );
    }
    assert.equal((await drawnOn(page)).length, before, 'ticks before the opening are still there');
    const wednesday = marks.find(({ time }) => time > opening('11-27') - 2 * HOUR && time <= opening('11-27'));
    const friday = marks.find(({ time }) => time > opening('11-29') - 2 * HOUR && time <= opening('11-29'));
    const monday = marks.find(({ time }) => time > opening('12-02') - 2 * HOUR && time <= opening('12-02'));
    const [whole, half] = [(friday?.x ?? 0) - (wednesday?.x ?? 0), (monday?.x ?? 0) - (friday?.x ?? 0)];
    assert.ok(half > 0.4 * whole && half < 0.75 * whole, `a day takes ${whole} pixels, half of one ${half}`);
    await page.locator('[data-menu="interval"]').click();
    await page.getByRole('button', { name: '1d', exact: true }).click();
    await until(async () => (await drawnOn(page)).length < 12, { what: 'days' });
    const daily = await axesAtRest(page);
    assert.ok(daily.marks.length > 0);
    await page.getByRole('button', { name: 'Hide closed hours', pressed: true }).waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
