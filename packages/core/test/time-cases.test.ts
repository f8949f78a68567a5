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
