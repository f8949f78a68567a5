import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, encodeMessage, formatMicros, nowMicros, parseTime } from '../src/index.ts';

describe('times', () => {
  const times: readonly [string, string][] = [
    ['2026-11-22T10:00:00.123456Z', '2026-11-22T10:00:00.123456Z'],
    ['2026-11-22t11:30:00+01:30', '2026-11-22T10:00:00.000000Z'],
    ['2026-11-22T05:00:00.1-05:00', '2026-11-22T10:00:00.100000Z'],
    ['2026-11-22 10:00', '2026-11-22T10:00:00.000000Z'],
    ['2026-11-22T10:00:00', '2026-11-22T10:00:00.000000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000000Z'],
    ['1757494917', '2025-09-10T09:01:57.000000Z'],
    ['1757494917.021389', '2025-09-10T09:01:57.021389Z'],
    ['1757494917021', '2025-09-10T09:01:57.021000Z'],
    ['1757494917021389', '2025-09-10T09:01:57.021389Z'],
    ['0', '1970-01-01T00:00:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
  ];
  for (const [text, expected] of times) {
    it(`${text} is ${expected}`, () => assert.equal(formatMicros(parseTime(text) as EpochMicros), expected));
  }

  for (const text of [
    '',
    'soon',
    '2026-02-29',
    '2026-11-22T25:00:00Z',
    '2026-11-22T10:00:00+25:00',
    '12:00',
    'NaN',
    '1e9',
  ]) {
    it(`${JSON.stringify(text)} is no time`, () => assert.equal(parseTime(text), undefined));
  }

  it('keeps every microsecond on the way out and back', () => {
    const start = 1757494917_999_990;
    for (let i = 0; i < 40; i++) {
      const time = (start + i) as EpochMicros;
      assert.equal(parseTime(formatMicros(time)), time);
      assert.ok(encodeMessage('A', '1', time).endsWith(`${String(time).slice(0, 10)}.${String(time).slice(10)})`));
    }
  });

  it('prints times before 1970 and reads the clock in microseconds', () => {
    assert.equal(formatMicros(-1 as EpochMicros), '1969-12-31T23:59:59.999999Z');
    assert.ok(Math.abs(nowMicros() / 1000 - Date.now()) < 1000);
  });
});
