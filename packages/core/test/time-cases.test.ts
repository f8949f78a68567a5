import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timeCases } from '../../../test/cases/cases.ts';
import { formatMicros, parseTime, TimeZone } from '../src/index.ts';

describe('a time from the table of cases is read as the table says', () => {
  for (const { text, is, zone } of timeCases()) {
    it(`${JSON.stringify(text)}${zone === undefined ? '' : ` in ${zone}`} is ${is ?? 'no time'}`, () => {
      const time = parseTime(text, zone === undefined ? undefined : new TimeZone(zone));
      assert.equal(time === undefined ? null : formatMicros(time), is);
    });
  }
});

describe('a wall time that is looked up by its hour', () => {
  const ZONES = [
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Monrovia',
    'Pacific/Apia',
    'Europe/London',
  ];
  for (const name of ZONES) {
    it(`is the same moment in ${name}, also around its changes of clock`, () => {
      const zone = new TimeZone(name);
      const MINUTE = 60_000_000;
      const changes: number[] = [];
      const begin = Date.UTC(1970, 0, 1) * 1000;
      const offsetOf = (time: number): number => zone.wallOf(time) - time;
      for (let day = 0; day < 365 * 57; day += 15) {
        const [from, until] = [begin + day * 1440 * MINUTE, begin + (day + 15) * 1440 * MINUTE];
        if (offsetOf(from) !== offsetOf(until)) changes.push(changeBetween(offsetOf, from, until, MINUTE));
      }
      for (const change of changes.slice(-12).concat(changes.slice(0, 4))) {
        const wall = zone.wallOf(change);
        for (let minutes = -200; minutes <= 200; minutes += 7) {
          const time = wall + minutes * MINUTE + 123_456;
          assert.equal(zone.momentInHour(time), zone.momentOf(time), `${name} ${new Date(time / 1000).toISOString()}`);
        }
      }
    });
  }
});

/** Where the offset changes, to the minute. */
function changeBetween(offsetOf: (time: number) => number, from: number, until: number, minute: number): number {
  let [low, high] = [from, until];
  while (high - low > minute) {
    const middle = Math.floor((low + high) / 2 / minute) * minute;
    if (offsetOf(middle) === offsetOf(from)) low = middle;
    else high = middle;
  }
  return high;
}
