import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calendarsOf, type EpochMicros, formatMicros, parseSessionsFile } from '../src/index.ts';

const at = (text: string): EpochMicros => (Date.parse(text) * 1000) as EpochMicros;

function read(file: unknown) {
  const { file: sessions, problems } = parseSessionsFile(JSON.stringify(file));
  assert.deepEqual(problems, []);
  return calendarsOf(sessions);
}

/** Sessions of one exchange, in UTC. */
function sessions(exchange: unknown, from: string, until: string): readonly string[] {
  const calendar = read({ ONE: exchange }).of('ONE');
  const time = (micros: EpochMicros): string => formatMicros(micros).slice(5, 16);
  return (calendar?.between(at(from), at(until)) ?? []).map(
    ({ day, open, close, kind }) => `${day.slice(5)} ${time(open)} ${time(close)} ${kind}`,
  );
}

const problemsOf = (text: string): readonly string[] => parseSessionsFile(text).problems;

describe('a file of sessions', () => {
  it('keeps the built-in calendars of exchanges that it does not name, and takes one away where it says so', () => {
    assert.deepEqual(read({}).exchanges, ['NASDAQ', 'NYSE']);
    for (const nothing of [null, 'always']) {
      const calendars = read({ NASDAQ: nothing });
      assert.equal(calendars.of('NASDAQ'), undefined);
      assert.deepEqual(calendars.exchanges, ['NYSE']);
    }
    const calendars = read({ ARCA: 'XNYS', BATS: { calendar: 'XNAS' } });
    assert.deepEqual(calendars.exchanges, ['ARCA', 'BATS', 'NASDAQ', 'NYSE']);
    assert.equal(calendars.of('ARCA')?.name, 'XNYS');
    assert.equal(calendars.of('ARCA'), calendars.of('NYSE'));
    assert.equal(calendars.of('BATS'), calendars.of('NYSE'));
  });

  it('has several openings a day, holidays and days of other hours', () => {
    const tokyo = {
      timezone: 'Asia/Tokyo',
      hours: { 'Mon-Fri': ['12:30-15:30', '09:00-11:30'] },
      holidays: ['2026-11-23'],
      special: {
        '2026-11-24': '09:00-11:30',
        '2026-11-25': ['10:00-11:30', '12:30-15:30'],
        '2026-11-28': '09:00-10:00',
      },
    };
    assert.deepEqual(sessions(tokyo, '2026-11-20', '2026-11-29'), [
      '11-20 11-20T00:00 11-20T02:30 regular',
      '11-20 11-20T03:30 11-20T06:30 regular',
      '11-24 11-24T00:00 11-24T02:30 half_day',
      '11-25 11-25T01:00 11-25T02:30 special',
      '11-25 11-25T03:30 11-25T06:30 special',
      '11-26 11-26T00:00 11-26T02:30 regular',
      '11-26 11-26T03:30 11-26T06:30 regular',
      '11-27 11-27T00:00 11-27T02:30 regular',
      '11-27 11-27T03:30 11-27T06:30 regular',
      '11-28 11-28T00:00 11-28T01:00 special',
    ]);
  });

  it('opens over midnight, to the next day or from the day before, and all day', () => {
    const night = { timezone: 'UTC', hours: { Fri: '18:00-02:00' } };
    assert.deepEqual(sessions(night, '2026-11-27', '2026-11-30'), ['11-27 11-27T18:00 11-28T02:00 regular']);
    const before = { timezone: 'UTC', hours: { 'Mon-Tue': 'day before 18:00-17:00' } };
    assert.deepEqual(sessions(before, '2026-11-28', '2026-12-02'), [
      '11-30 11-29T18:00 11-30T17:00 regular',
      '12-01 11-30T18:00 12-01T17:00 regular',
    ]);
    const always = { timezone: 'UTC', hours: { 'sunday, Monday': '00:00-24:00' } };
    assert.deepEqual(sessions(always, '2026-11-28', '2026-12-02'), [
      '11-29 11-29T00:00 11-30T00:00 regular',
      '11-30 11-30T00:00 12-01T00:00 regular',
    ]);
    const around = { timezone: 'America/New_York', hours: { 'Sat-Sun': '01:30-01:30' } };
    assert.deepEqual(sessions(around, '2026-10-31', '2026-11-02'), [
      '10-31 10-31T05:30 11-01T05:30 regular',
      '11-01 11-01T05:30 11-02T06:30 regular',
    ]);
  });

  it('changes days of a built-in calendar', () => {
    const changed = {
      calendar: 'XNYS',
      name: 'ours',
      holidays: ['2026-12-01'],
      special: { '2026-11-26': '09:30-13:00' },
    };
    assert.deepEqual(sessions(changed, '2026-11-25', '2026-12-03'), [
      '11-25 11-25T14:30 11-25T21:00 regular',
      '11-26 11-26T14:30 11-26T18:00 half_day',
      '11-27 11-27T14:30 11-27T18:00 half_day',
      '11-30 11-30T14:30 11-30T21:00 regular',
      '12-02 12-02T14:30 12-02T21:00 regular',
    ]);
    assert.equal(read({ ONE: changed }).of('ONE')?.name, 'ours');
  });

  it('is refused with a sentence that names the exchange, quotes what is wrong and says what would be right', () => {
    const tokyo = { timezone: 'Asia/Tokyo', hours: { 'Mon-Fri': '09:00-15:30' } };
    const cases: readonly (readonly [exchange: unknown, RegExp])[] = [
      ['XNYZ', /"TSE": "XNYZ" is no calendar; there are XNYS and XNAS/],
      [7, /"TSE": is 7; it can be null \(always open\), a calendar \(XNYS, XNAS\) or an object/],
      [{ ...tokyo, timezone: 'Asia/Tokio' }, /timezone "Asia\/Tokio" is no time zone; give an IANA name such as/],
      [{ hours: tokyo.hours }, /lacks timezone .* or calendar instead/],
      [{ timezone: 'Asia/Tokyo' }, /lacks hours, as in \{"Mon-Fri":"09:30-16:00"\}/],
      [{ ...tokyo, hours: '09:00-15:30' }, /hours is "09:00-15:30"; it has to look like/],
      [{ ...tokyo, hours: {} }, /hours has no opening/],
      [
        { ...tokyo, hours: { 'Mo-Fr': '09:00-15:30' } },
        /hours has "Mo-Fr": no days; they have to look like "Mon", "Mon-Fri"/,
      ],
      [
        { ...tokyo, hours: { 'Mon-Fri': '9-17' } },
        /hours of "Mon-Fri": "9-17" are no hours; they have to look like "09:30-16:00"/,
      ],
      [{ ...tokyo, hours: { Mon: '09:00-25:00' } }, /"09:00-25:00" are no hours/],
      [{ ...tokyo, hours: { Mon: '09:60-10:00' } }, /"09:60-10:00" are no hours/],
      [{ ...tokyo, hours: { Mon: 'day before 09:00-10:00' } }, /"day before 09:00-10:00" are no hours/],
      [{ ...tokyo, hours: { 'Mon-Fri': '09:00-10:00', Fri: '09:00-11:00' } }, /a day of "Fri" twice/],
      [
        { ...tokyo, hours: { Mon: ['09:00-12:00', '11:00-15:00'] } },
        /overlap; an opening has to end before the next begins/,
      ],
      [{ ...tokyo, hours: { Mon: '18:00-10:00', Tue: '09:00-10:00' } }, /hours of Mon last into those of Tue/],
      [
        { ...tokyo, hours: { Mon: '18:00-10:00' }, special: { '2026-12-01': '09:00-10:00' } },
        /hours of 2026-11-30 last into those of 2026-12-01/,
      ],
      [{ ...tokyo, holidays: '2026-12-31' }, /holidays is "2026-12-31"; it has to be a list/],
      [{ ...tokyo, holidays: ['31.12.2026'] }, /holidays has "31.12.2026": no date; it has to look like "2026-12-31"/],
      [{ ...tokyo, holidays: ['2026-02-29'] }, /holidays has "2026-02-29": no date/],
      [{ ...tokyo, special: { '2026-12-31': 'closed' } }, /special, 2026-12-31: "closed" are no hours/],
      [{ ...tokyo, special: ['2026-12-31'] }, /special is \["2026-12-31"\]; it has to look like/],
      [
        { ...tokyo, holidays: ['2026-12-31'], special: { '2026-12-31': '09:00-10:00' } },
        /2026-12-31 stands in holidays and in special/,
      ],
      [{ ...tokyo, holiday: [] }, /has "holiday"; it can have name, calendar, timezone, hours, holidays, special/],
      [{ ...tokyo, calendar: 'XNYS' }, /has calendar and timezone; .*keep one/],
      [{ ...tokyo, name: 5 }, /name is 5; it has to be a text/],
    ];
    for (const [exchange, expected] of cases) {
      const problems = problemsOf(JSON.stringify({ TSE: exchange }));
      assert.ok(problems.length > 0, JSON.stringify(exchange));
      assert.match(problems.join('\n'), expected);
      assert.ok(
        problems.every((problem) => problem.startsWith('"TSE": ')),
        problems.join('\n'),
      );
    }
    assert.match(problemsOf('{"A B": null}').join(), /"A B": no name of an exchange; it has to look like NASDAQ/);
    assert.match(problemsOf('{').join(), /is no JSON \(.*\); it has to be like \{"TSE"/);
    assert.match(problemsOf('{"A":null,"B":"XNYS","A":"XNYS"}').join(), /has "A" twice in one object; keep one/);
    assert.match(
      problemsOf('{"A":{"calendar":"XNYS","special":{"2026-12-01":[],"2026-12-01":[]}}}').join(),
      /"2026-12-01" twice/,
    );
    assert.deepEqual(problemsOf('\uFEFF{"A":{"calendar":"XNYS","name":"a\\"{:"},"B":{"calendar":"XNYS"}}'), []);
    assert.match(problemsOf('[]').join(), /has to hold an object with a member for each exchange/);
  });

  it('tells all that is wrong at once', () => {
    const bad = { timezone: 'Mars/Base', hours: { Mon: '1' }, holidays: ['x', 'y'] };
    assert.equal(problemsOf(JSON.stringify({ A: bad, B: 'nope' })).length, 4);
  });
});
