import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BoardRow } from '@tickwatch/core';
import { DayStarts } from '../src/board/day-starts.ts';
import { OpeningHours } from '../src/board/opening-hours.ts';
import { StockRow } from '../src/board/stock-row.ts';
import { boardTick } from './live-ticks.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const TODAY = Date.parse('2026-11-24T05:00:00Z') * 1000;
const TIMES = { sparkFrom: undefined, liveSince: TODAY };

function known(price: number, micros: number, more: Partial<BoardRow> = {}): BoardRow {
  return {
    ...{ stock_name: 'A', exchange_name: 'X', price, timestamp: new Date(micros / 1000).toISOString() },
    ...{ previous_close: 100, previous_close_time: null, change: null, change_percent: null },
    ...{ open: 90, high: 120, low: 80, ticks: 3, ticks_per_minute: 7, sparkline: [] },
    ...more,
  };
}

function loaded(row: BoardRow): StockRow {
  const stock = new StockRow('A', 'X');
  stock.load(row, TIMES);
  return stock;
}

function tick(row: StockRow, price: number, micros: number, dayStart = TODAY): void {
  row.take(boardTick({ price, time: micros }), dayStart);
}

describe('the change of a stock', () => {
  it('is counted from the previous close, not from the open', () => {
    const row = loaded(known(110, TODAY + SECOND));
    assert.equal(row.change, 10);
    assert.equal(Math.round((row.changeRatio ?? 0) * 100), 10);
  });

  it('and its range stay as the last day left them until the first price of a new day, which begins it', () => {
    const row = loaded(known(110, TODAY - SECOND));
    assert.deepEqual([row.change, row.day], [10, { open: 90, high: 120, low: 80 }]);
    tick(row, 113, TODAY + SECOND);
    assert.deepEqual([row.previousClose, row.change, row.day], [110, 3, { open: 113, high: 113, low: 113 }]);
    tick(row, 111, TODAY + 2 * SECOND);
    assert.deepEqual([row.previousClose, row.change, row.day], [110, 1, { open: 113, high: 113, low: 111 }]);
    // A late one of yesterday is none of today's.
    tick(row, 1, TODAY - 2 * SECOND);
    assert.deepEqual([row.change, row.day], [1, { open: 113, high: 113, low: 111 }]);
  });

  it('of a stock that is first seen today is counted from its open', () => {
    const row = loaded(known(99, TODAY + SECOND, { previous_close: null }));
    assert.equal(row.change, 9);
  });

  it('is not known before the API has told the day', () => {
    const row = new StockRow('A', 'X');
    tick(row, 5, TODAY + SECOND);
    assert.deepEqual([row.change, row.changeRatio, row.day], [undefined, undefined, undefined]);
  });

  it('is right where the day began while the answer was on its way', () => {
    const row = new StockRow('A', 'X');
    tick(row, 113, TODAY + SECOND);
    row.load(known(110, TODAY - SECOND), TIMES);
    row.noteDayTick(boardTick({ price: 113, time: TODAY + SECOND }), TODAY);
    assert.deepEqual([row.price, row.previousClose, row.change], [113, 110, 3]);
  });
});

describe('a price that stands for several ticks', () => {
  it('moves high and low by those that are not shown, and counts them all', () => {
    const row = loaded(known(110, TODAY + SECOND));
    const take = (more: Parameters<typeof boardTick>[0]): boolean => {
      const tick = boardTick({ price: 111, seq: 50, after: 40, ...more });
      const unseen = row.take(tick, TODAY);
      row.countDayTicks('X/0', tick, TODAY);
      return unseen;
    };
    assert.equal(take({ time: TODAY + 2 * SECOND, count: 4, beyond: [130, 70] }), false);
    assert.deepEqual([row.price, row.day, row.dayTicks], [111, { open: 90, high: 130, low: 70 }, 7]);
    assert.equal(row.ticks, 1);
    assert.equal(row.rate(TODAY + 70 * SECOND), 0);
    take({ time: TODAY + 65 * SECOND, count: 9, seq: 60, after: 50 });
    assert.equal(row.rate(TODAY + 70 * SECOND), 9);
  });

  it('begins no day by itself: only the API knows its open', () => {
    const row = loaded(known(110, TODAY - SECOND));
    const first = boardTick({ price: 113, time: TODAY + SECOND, count: 2, beyond: [200] });
    assert.equal(row.take(first, TODAY), true);
    assert.deepEqual(row.day, { open: 113, high: 113, low: 113 });
    const other = loaded(known(110, TODAY - SECOND));
    assert.equal(other.take(boardTick({ price: 113, time: TODAY + SECOND }), TODAY), false);
  });

  it('counts what the answer does not hold where its message reaches back into it', () => {
    const day = (more: Parameters<typeof boardTick>[0]): number | undefined => {
      const row = new StockRow('A', 'X');
      row.load(known(110, TODAY + SECOND), { ...TIMES, position: new Map([['X/0', 100]]) });
      row.countDayTicks('X/0', boardTick({ seq: 104, after: 96, ...more }), TODAY);
      return row.dayTicks;
    };
    // The answer's newest tick, told once more.
    assert.equal(day({ time: TODAY + SECOND, count: 3 }), 3);
    assert.equal(day({ time: TODAY + 2 * SECOND }), 4);
    // Four of its message's eight ticks are in the answer.
    assert.equal(day({ time: TODAY + 2 * SECOND, count: 4 }), 5);
    assert.equal(day({ time: TODAY + 2 * SECOND, count: 4, after: 100 }), 7);
  });
});

describe('ticks a minute', () => {
  it('are what the API said until live ticks were counted for a minute, and unknown before', () => {
    const row = new StockRow('A', 'X');
    tick(row, 5, TODAY + SECOND);
    assert.equal(row.rate(TODAY + SECOND), undefined);
    row.load(known(5, TODAY + SECOND), TIMES);
    assert.equal(row.rate(TODAY + 2 * SECOND), 7);
    tick(row, 5, TODAY + 40 * SECOND);
    assert.equal(row.rate(TODAY + 59 * SECOND), 7);
    assert.equal(row.rate(TODAY + 60 * SECOND), 1);
    assert.equal(row.rate(TODAY + 300 * SECOND), 0);
  });

  it('of a new stock are counted from its first tick on', () => {
    const row = new StockRow('A', 'X');
    tick(row, 5, TODAY + SECOND);
    row.loadNothing(TODAY);
    assert.equal(row.rate(TODAY + SECOND), 1);
  });
});

describe('the day that an exchange is in', () => {
  const hours = new OpeningHours();
  const session = (day: string) => ({
    ...{ day, kind: 'regular' as const, open_time: `${day}T14:30:00Z`, close_time: `${day}T21:00:00Z` },
  });
  hours.take(
    [
      {
        exchange_name: 'NYSE',
        calendar: 'XNYS',
        timezone: 'America/New_York',
        is_open: false,
        sessions: ['2026-11-20', '2026-11-23'].map(session),
      },
      { exchange_name: 'OPEN', calendar: null, timezone: 'UTC', is_open: true, sessions: [] },
    ],
    TODAY / 1000 + 10 * 86_400_000,
  );
  const days = new DayStarts(hours);
  const at = (time: string) => Date.parse(time);

  it('goes on over a weekend where it has a calendar, and ends at midnight in the chosen zone where it has none', () => {
    days.advance('Europe/Berlin', at('2026-11-22T12:00:00Z'));
    assert.equal(days.of('NYSE'), at('2026-11-20T05:00:00Z') * 1000);
    assert.equal(days.of('OPEN'), at('2026-11-21T23:00:00Z') * 1000);
    assert.equal(days.advance('Europe/Berlin', at('2026-11-22T23:00:01Z')), false);
    assert.equal(days.of('OPEN'), at('2026-11-22T23:00:00Z') * 1000);
    // Only what was traded before it opened has to be asked for.
    assert.equal(days.advance('Europe/Berlin', at('2026-11-23T14:30:00Z')), true);
    assert.equal(days.of('NYSE'), at('2026-11-23T05:00:00Z') * 1000);
    assert.equal((days.of('NYSE') - at('2026-11-22T05:00:00Z') * 1000) / DAY, 1);
  });
});
