import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StockRow } from '../src/board/stock-row.ts';
import type { Command } from '../src/commands/commands.ts';
import { calendarWords } from '../src/palette/calendar-words.ts';
import { answerTo } from '../src/palette/palette-answer.ts';
import { parseMoment } from '../src/palette/parse-moment.ts';
import { parseSpan } from '../src/palette/parse-span.ts';
import { StockIndex } from '../src/palette/stock-index.ts';

/** A Saturday, 09:30 in New York. */
const NOW = Date.parse('2026-11-28T14:30:00Z');

function meant(text: string, zone = 'UTC', locale = 'en-US', nowMs = NOW): string {
  const found = parseMoment(text, { zone, nowMs, words: calendarWords(locale) });
  if (found === undefined) return 'nothing';
  const iso = (millis: number): string => new Date(millis).toISOString().replace(/:00\.000Z$/, '');
  if (found.is === 'unclear') return 'unclear';
  return found.is === 'moment' ? iso(found.at) : `${iso(found.from)} to ${iso(found.to)}`;
}

describe('dates as people type them', () => {
  it('reads days and times, the latest that have been', () => {
    const cases = [
      ['2026-11-20', '2026-11-20T00:00 to 2026-11-21T00:00'],
      ['2026-11-20 14:30', '2026-11-20T14:30'],
      ['2026-11-20T14:30:00Z', '2026-11-20T14:30'],
      ['20 Nov 14:30', '2026-11-20T14:30'],
      ['20 nov 2:30pm', '2026-11-20T14:30'],
      ['Nov 20, 2026 14:30', '2026-11-20T14:30'],
      ['November 20th', '2026-11-20T00:00 to 2026-11-21T00:00'],
      ['20. November 2025', '2025-11-20T00:00 to 2025-11-21T00:00'],
      ['20 dec', '2025-12-20T00:00 to 2025-12-21T00:00'],
      ['29 feb', '2024-02-29T00:00 to 2024-03-01T00:00'],
      ['20.11.2026', '2026-11-20T00:00 to 2026-11-21T00:00'],
      ['20/11/2026', '2026-11-20T00:00 to 2026-11-21T00:00'],
      ['today', '2026-11-28T00:00 to 2026-11-29T00:00'],
      ['yesterday 15:00', '2026-11-27T15:00'],
      ['yesterday at 15:00', '2026-11-27T15:00'],
      ['Monday', '2026-11-23T00:00 to 2026-11-24T00:00'],
      ['sat', '2026-11-28T00:00 to 2026-11-29T00:00'],
      ['last sat', '2026-11-21T00:00 to 2026-11-22T00:00'],
      ['fri 9:30', '2026-11-27T09:30'],
      ['14:00', '2026-11-28T14:00'],
      ['15:00', '2026-11-27T15:00'],
      ['9am', '2026-11-28T09:00'],
      ['2 hours ago', '2026-11-28T12:30'],
      ['1795876200', '2026-11-28T14:30'],
    ] as const;
    for (const [text, expected] of cases) assert.equal(meant(text), expected, text);
  });

  it('reads them on the chosen clock, also on days of 23 and 25 hours', () => {
    assert.equal(meant('yesterday 15:00', 'America/New_York'), '2026-11-27T20:00');
    assert.equal(meant('2026-11-01', 'America/New_York'), '2026-11-01T04:00 to 2026-11-02T05:00');
    assert.equal(meant('2026-03-08', 'America/New_York'), '2026-03-08T05:00 to 2026-03-09T04:00');
    assert.equal(meant('today', 'Asia/Tokyo'), '2026-11-27T15:00 to 2026-11-28T15:00');
  });

  it('reads months and days of the week in the browser’s language and in English', () => {
    assert.equal(meant('20. März', 'UTC', 'de-DE'), '2026-03-20T00:00 to 2026-03-21T00:00');
    assert.equal(meant('montag', 'UTC', 'de-DE'), '2026-11-23T00:00 to 2026-11-24T00:00');
    assert.equal(meant('3 апреля', 'UTC', 'ru-RU'), '2026-04-03T00:00 to 2026-04-04T00:00');
    assert.equal(meant('20 déc 2025', 'UTC', 'fr-FR'), '2025-12-20T00:00 to 2025-12-21T00:00');
    assert.equal(meant('20 march', 'UTC', 'de-DE'), '2026-03-20T00:00 to 2026-03-21T00:00');
  });

  it('says of what may be two days, or is none, that it is unclear, and takes names for no time', () => {
    for (const text of ['03/04/2026', '31 feb', '2026-02-30', '32.1.2026', 'yesterday 25:00', '14:75']) {
      assert.equal(meant(text), 'unclear', text);
    }
    for (const text of ['AAPL', 'BRK.B', 'MSFT.US', '123', 'dark', 'M', 'mar', '3M', '600519', '', 'a 1']) {
      assert.equal(meant(text), 'nothing', text);
    }
  });

  it('tells minutes from months', () => {
    const seconds = (text: string): number | undefined => parseSpan(text)?.seconds;
    assert.deepEqual(
      ['15m', '1d', '7d', '1M', '1mo', '1D', '2 hours', 'last hour', '1.5h', '90 s', '1y'].map(seconds),
      [900, 86_400, 604_800, 2_678_400, 2_678_400, 86_400, 7200, 3600, 5400, 90, 31_622_400],
    );
    for (const text of ['m', 'hour', '0m', '15', 'AAPL', '1000y', '-5m']) assert.equal(seconds(text), undefined, text);
  });
});

function palette(names: readonly string[], commands: readonly Command[] = []) {
  const stocks = new StockIndex();
  const rows = new Map(
    names.map((name) => {
      const [exchange = 'NASDAQ', stock = ''] = name.includes(':') ? name.split(':') : ['NASDAQ', name];
      const row = new StockRow(stock, exchange);
      return [row.key, row] as const;
    }),
  );
  stocks.update(rows, 1);
  const went: string[] = [];
  const context = {
    ...{ stocks, commands, most: 12, times: true, zone: 'utc' as const, nowMs: NOW },
    ...{ subject: { stock: 'TSLA', exchange: undefined }, go: (address: string) => void went.push(address) },
  };
  return {
    titles: (text: string) =>
      answerTo(text, context).groups.flatMap(({ entries }) => entries.map(({ title }) => title)),
    note: (text: string) => answerTo(text, context).note,
    choose: (text: string) => {
      answerTo(text, context).groups[0]?.entries[0]?.run();
      return went.pop();
    },
  };
}

describe('the search for everything', () => {
  const command = (title: string, words: readonly string[] = []): Command => ({
    ...{ id: title, title, group: 'Settings', words },
    run: () => {},
  });

  it('finds stocks that begin with a text first, then those that hold it, then, if there is none, those like it', () => {
    const { titles } = palette(['XAP', 'APPLE', 'AAP', 'AAPL', 'BRK.B', 'TSLA', 'Ökobank']);
    assert.deepEqual(titles('ap'), ['APPLE', 'AAP', 'AAPL', 'XAP']);
    assert.deepEqual(titles('aap'), ['AAP', 'AAPL']);
    assert.deepEqual(titles('brkb'), ['BRK.B']);
    assert.deepEqual(titles('tsal'), ['TSLA']);
    assert.deepEqual(titles('tesla'), ['TSLA']);
    assert.deepEqual(titles('okob'), ['Ökobank']);
  });

  it('opens a time on the stock that is open, or on the one that is named before it', () => {
    const { choose } = palette(['AAPL', 'TSLA', 'NYSE:DUP', 'NASDAQ:DUP', '15m']);
    assert.equal(choose('15 m'), `/stock/TSLA?from=${NOW / 1000 - 900}`);
    assert.equal(choose('aapl 7d'), `/stock/AAPL?from=${NOW / 1000 - 604_800}`);
    const at = Date.parse('2026-11-27T15:00:00Z') / 1000;
    assert.equal(choose('AAPL yesterday 15:00'), `/stock/AAPL?from=${at - 1800}&to=${at + 1800}`);
    assert.equal(choose('aa yesterday 15:00'), `/stock/AAPL?from=${at - 1800}&to=${at + 1800}`);
    assert.equal(choose('dup 1d'), `/stock/DUP?exchange=NYSE&from=${NOW / 1000 - 86_400}`);
    assert.equal(choose('15m'), '/stock/15m', 'a stock of that name comes first');
  });

  it('says what is wrong with a time instead of guessing', () => {
    const { note } = palette(['AAPL']);
    assert.match(note('03/04/2026') ?? '', /may be two days/);
    assert.match(note('AAPL 31 feb') ?? '', /no day of the calendar/);
    assert.match(note('tomorrow') ?? '', /lies ahead/);
    assert.match(note('zzzzzz') ?? '', /“zzzzzz”/);
  });

  it('finds commands by any of their words, in any order', () => {
    const { titles } = palette(
      [],
      [command('Theme: dark', ['colours']), command('Theme: light'), command('Hide hours')],
    );
    assert.deepEqual(titles('dark th'), ['Theme: dark']);
    assert.deepEqual(titles('colou'), ['Theme: dark']);
    assert.deepEqual(titles('settings hide'), ['Hide hours']);
    assert.equal(titles('').length, 3);
  });

  it('looks through 20,000 stocks and lists a few', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `S${String(index).padStart(5, '0')}`);
    const { titles } = palette(names);
    assert.equal(titles('s').length, 30);
    assert.deepEqual(titles('s19999'), ['S19999']);
    assert.ok(titles('x19999').includes('S19999'));
  });
});
