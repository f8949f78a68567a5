import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  calendarsOf,
  type EpochMicros,
  formatMicros,
  type SessionCalendar,
  sessionDay,
  type WrittenCalendar,
} from '../src/index.ts';
import { WALKED } from './session-oracle.ts';

const at = (text: string): EpochMicros => (Date.parse(text) * 1000) as EpochMicros;
const newYork = calendarsOf().of('NYSE') as WrittenCalendar;

/** `2026-11-27 14:30-18:00 half_day`, in UTC. */
function shown(calendar: SessionCalendar, from: string, until: string): readonly string[] {
  const time = (micros: EpochMicros): string => formatMicros(micros).slice(11, 16);
  return calendar
    .between(at(from), at(until))
    .map(({ day, open, close, kind }) => `${day} ${time(open)}-${time(close)} ${kind}`);
}

const days = (from: string, until: string): readonly string[] =>
  newYork.between(at(`${from}T00:00:00Z`), at(`${until}T23:59:59Z`)).map(({ day }) => day.slice(5));

describe('New York’s sessions, as they are known from elsewhere', () => {
  it('are closed on the days on which nobody traded', () => {
    assert.deepEqual(days('2001-09-10', '2001-09-18'), ['09-10', '09-17', '09-18']);
    assert.deepEqual(days('2012-10-26', '2012-10-31'), ['10-26', '10-31']);
    assert.deepEqual(days('2018-12-04', '2018-12-06'), ['12-04', '12-06']);
    assert.deepEqual(days('2025-01-08', '2025-01-10'), ['01-08', '01-10']);
    assert.deepEqual(days('2004-06-10', '2004-06-14'), ['06-10', '06-14']);
    assert.deepEqual(days('2006-12-29', '2007-01-03'), ['12-29', '01-03']);
    assert.deepEqual(days('1994-04-26', '1994-04-28'), ['04-26', '04-28']);
  });

  it('keep the holidays: Good Friday, Juneteenth since 2022, Martin Luther King’s day since 1998', () => {
    for (const day of [
      '2023-04-07',
      '2024-03-29',
      '2025-04-18',
      '2026-04-03',
      '2022-06-20',
      '2023-06-19',
      '2027-06-18',
    ]) {
      assert.deepEqual(days(day, day), [], day);
    }
    for (const day of [
      '2021-06-18',
      '1997-01-20',
      '2026-10-12',
      '2026-11-11',
      '1999-12-31',
      '2010-12-31',
      '2021-12-31',
    ]) {
      assert.deepEqual(days(day, day), [day.slice(5)], day);
    }
    assert.deepEqual(days('1998-01-19', '1998-01-19'), []);
    assert.deepEqual(days('2026-07-03', '2026-07-03'), []);
    assert.deepEqual(days('2035-12-25', '2035-12-25'), []);
  });

  it('close early on half days: at 13:00, until 1992 at 14:00', () => {
    for (const [day, text] of [
      ['2026-11-27', '2026-11-27 14:30-18:00 half_day'],
      ['2026-12-24', '2026-12-24 14:30-18:00 half_day'],
      ['2025-07-03', '2025-07-03 13:30-17:00 half_day'],
      ['2013-07-03', '2013-07-03 13:30-17:00 half_day'],
      ['1999-12-31', '1999-12-31 14:30-18:00 half_day'],
      ['1992-11-27', '1992-11-27 14:30-19:00 half_day'],
      ['2026-11-25', '2026-11-25 14:30-21:00 regular'],
    ] as const) {
      assert.deepEqual(shown(newYork, `${day}T00:00Z`, `${day}T23:59Z`), [text]);
    }
  });

  it('open at 09:30 on New York’s clock, also where it was changed on other days than now', () => {
    assert.deepEqual(shown(newYork, '2026-03-06', '2026-03-10'), [
      '2026-03-06 14:30-21:00 regular',
      '2026-03-09 13:30-20:00 regular',
    ]);
    assert.deepEqual(shown(newYork, '2026-10-30', '2026-11-03'), [
      '2026-10-30 13:30-20:00 regular',
      '2026-11-02 14:30-21:00 regular',
    ]);
    assert.deepEqual(shown(newYork, '2006-03-31', '2006-04-04'), [
      '2006-03-31 14:30-21:00 regular',
      '2006-04-03 13:30-20:00 regular',
    ]);
    assert.deepEqual(shown(newYork, '1990-10-26', '1990-10-30'), [
      '1990-10-26 13:30-20:00 regular',
      '1990-10-29 14:30-21:00 regular',
    ]);
  });

  it('are as many a year as there were, and are the same on NASDAQ', () => {
    for (const [year, count] of [
      [1990, 253],
      [2001, 248],
      [2012, 250],
      [2020, 253],
      [2024, 252],
      [2025, 250],
      [2026, 251],
    ]) {
      assert.equal(days(`${year}-01-01`, `${year}-12-31`).length, count, String(year));
    }
    const calendars = calendarsOf();
    assert.equal(calendars.of('NASDAQ'), calendars.of('NYSE'));
    assert.deepEqual(calendarsOf().exchanges, ['NASDAQ', 'NYSE']);
    assert.equal(calendarsOf().of('TSE'), undefined);
  });

  it('outside the years that are known are those of usual days', () => {
    assert.deepEqual(shown(newYork, '2036-12-25', '2036-12-26'), ['2036-12-25 14:30-21:00 regular']);
    assert.deepEqual(shown(newYork, '1989-12-25', '1989-12-26'), ['1989-12-25 14:30-21:00 regular']);
    assert.deepEqual(newYork.between(at('1500-01-01'), at('1700-01-01')), []);
    assert.equal(newYork.lastOpened(at('1900-01-01')), undefined);
    assert.equal(newYork.isOpen(at('2200-01-03T15:00:00Z')), false);
  });
});

describe('a calendar', () => {
  it('is half open at both ends: of a session, and of a range', () => {
    const [open, close] = [at('2026-11-27T14:30:00Z'), at('2026-11-27T18:00:00Z')] as [number, number];
    const isOpen = (time: number): boolean => newYork.isOpen(time as EpochMicros);
    assert.deepEqual([open - 1, open, close - 1, close].map(isOpen), [false, true, true, false]);
    const number = (from: number, until: number): number =>
      newYork.between(from as EpochMicros, until as EpochMicros).length;
    assert.deepEqual(
      [number(open - 1, open), number(open, open + 1), number(close - 1, close), number(close, close + 1)],
      [0, 1, 1, 0],
    );
    assert.equal(number(open, open), 0);
    assert.equal(newYork.lastOpened((open - 1) as EpochMicros)?.day, '2026-11-25');
    assert.equal(newYork.lastOpened(open as EpochMicros)?.day, '2026-11-27');
    assert.equal(newYork.lastOpened(at('2026-11-29T12:00:00Z'))?.day, '2026-11-27');
  });

  it('says the same of any range as a look at all sessions does', () => {
    for (const { calendar } of Object.values(WALKED)) {
      const all = calendar.between(at('2025-10-01'), at('2027-03-01'));
      for (let from = at('2025-12-20') as number; from < at('2027-01-10'); from += 5.3 * 3_600_000_000) {
        const until = from + ((from / 1000) % 17) * 4 * 3_600_000_000;
        assert.deepEqual(
          calendar.between(from as EpochMicros, until as EpochMicros),
          all.filter(({ open, close }) => open < until && close > from && from < until),
        );
        const time = from as EpochMicros;
        assert.equal(
          calendar.isOpen(time),
          all.some(({ open, close }) => open <= time && time < close),
        );
        assert.deepEqual(
          calendar.lastOpened(time),
          all.findLast(({ open }) => open <= time),
        );
      }
    }
  });

  it('finds a session by looking at few of them', () => {
    const all = newYork.between(at('1990-01-01'), at('2036-01-01'));
    const costs = (isOpen: (time: number) => boolean): number => {
      const begun = performance.now();
      for (let i = 0; i < 1000; i++) isOpen(at('1990-01-01') + i * 1_450_000_000_000);
      return performance.now() - begun;
    };
    const [found, looked] = [
      costs((time) => newYork.isOpen(time as EpochMicros)),
      costs((time) => all.some(({ open, close }) => open <= time && time < close)),
    ];
    assert.ok(found < looked / 2, `${found} ms, a look at all ${looked} ms`);
  });
});

describe('a day of trading', () => {
  const dayAt = (calendar: SessionCalendar, moment: string): string => {
    const { from, until } = sessionDay(calendar, at(moment)) ?? { from: 0, until: 0 };
    return [from, until].map((time) => formatMicros(time as EpochMicros).slice(0, 16)).join(' ');
  };

  it('lasts until the exchange opens again: over nights, weekends and holidays', () => {
    for (const [moment, expected] of [
      ['2026-11-27T14:29:59Z', '2026-11-25T05:00 2026-11-27T14:30'],
      ['2026-11-27T14:30:00Z', '2026-11-27T05:00 2026-11-30T14:30'],
      ['2026-11-29T12:00:00Z', '2026-11-27T05:00 2026-11-30T14:30'],
      ['2026-11-01T20:00:00Z', '2026-10-30T04:00 2026-11-02T14:30'],
    ] as const) {
      assert.equal(dayAt(newYork, moment), expected, moment);
    }
  });

  it('holds both openings of a day, and begins before midnight where the exchange does', () => {
    const { tokyo, chicago } = WALKED;
    const tuesday = '2026-09-07T15:00 2026-09-09T00:00';
    assert.equal(dayAt(tokyo.calendar, '2026-09-08T01:00:00Z'), tuesday);
    assert.equal(dayAt(tokyo.calendar, '2026-09-08T03:00:00Z'), tuesday);
    assert.equal(dayAt(tokyo.calendar, '2026-09-08T23:00:00Z'), tuesday);
    assert.equal(dayAt(chicago.calendar, '2026-09-08T12:00:00Z'), '2026-09-07T22:00 2026-09-08T22:00');
  });
});
