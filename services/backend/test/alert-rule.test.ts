import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, parseTime } from '@tickwatch/core';
import { readRule } from '../src/alerts/read-rule.ts';
import { exactNumbers } from '../src/http/exact-numbers.ts';
import { ParameterError } from '../src/http/problem-reply.ts';

const NOW = parseTime('2026-11-27T14:30:00Z') as EpochMicros;
const CROSSES = { type: 'price_crosses', direction: 'up', level: '230' };
const RULE = { name: 'A', condition: CROSSES };

const read = (body: unknown) => readRule(body, NOW);
const conditionOf = (more: object) => read({ ...RULE, condition: more }).definition.condition;

/** The problem of a body: the member, and the text. */
function problemOf(body: unknown): readonly [string, string] {
  try {
    read(body);
  } catch (error) {
    if (error instanceof ParameterError) return [error.parameter, error.message];
    throw error;
  }
  assert.fail(`taken: ${JSON.stringify(body)}`);
}

function expectRefused(body: unknown, parameter: string, ...parts: readonly string[]): void {
  const [named, text] = problemOf(body);
  assert.equal(named, parameter, text);
  for (const part of parts) assert.ok(text.includes(part), `${text} (lacks ${part})`);
}

describe('a rule that somebody sends', () => {
  it('is kept with its defaults, its decimals digit for digit, its times in UTC; null is as good as left out', () => {
    assert.deepEqual(read({ ...RULE, exchange: null, stocks: null, active: null, expires: null }), {
      definition: { name: 'A', condition: { ...CROSSES, hysteresis: '0' }, once: false, rearm_seconds: 0 },
      isEnabled: true,
      receivers: undefined,
    });
    const active = { from: '9:30', to: '16:00', days: ['fri', 'mon', 'fri'], timezone: 'America/New_York' };
    assert.deepEqual(
      read({
        name: 'B',
        condition: { type: 'price_moves', direction: 'either', by: 2.5, unit: 'percent', within_seconds: 300 },
        exchange: 'NASDAQ',
        stocks: ['AAPL', 'TSLA', 'AAPL'],
        once: true,
        rearm_seconds: 60,
        active,
        expires: '2026-12-24T18:00',
        timezone: 'Europe/Berlin',
        enabled: false,
        receivers: ['desk', 'desk'],
      }),
      {
        definition: {
          name: 'B',
          condition: {
            type: 'price_moves',
            direction: 'either',
            by: '2.5',
            unit: 'percent',
            within_seconds: 300,
            hysteresis: '0',
          },
          exchange: 'NASDAQ',
          stocks: ['AAPL', 'TSLA'],
          once: true,
          rearm_seconds: 60,
          active: { ...active, from: '09:30', days: ['mon', 'fri'] },
          expires: '2026-12-24T17:00:00.000000Z',
        },
        isEnabled: false,
        receivers: ['desk'],
      },
    );
  });

  it('keeps all digits of its decimals, as numbers and as texts', () => {
    const sent = (level: string) =>
      read(
        JSON.parse(
          exactNumbers(`{"name":"\\"1","condition":{"type":"price_crosses","direction":"up","level":${level}}}`),
        ),
      );
    for (const [level, kept] of [
      ['230.50', '230.5'],
      ['"230.50"', '230.50'],
      ['0.1234567890123456789012', '0.1234567890123456789012'],
      ['12345678901234567890', '12345678901234567890'],
      ['1e3', '1000'],
      ['1.2345678901234567890e2', '123.45678901234567890'],
      ['-5', '-5'],
    ] as const) {
      assert.equal((sent(level).definition.condition as { level: string }).level, kept, level);
    }
  });

  it('a date as its expiry is all of that day, in the zone that is named', () => {
    assert.equal(read({ ...RULE, expires: '2026-12-31' }).definition.expires, '2027-01-01T00:00:00.000000Z');
    const zoned = read({ ...RULE, expires: '2026-12-31', timezone: 'America/New_York' });
    assert.equal(zoned.definition.expires, '2027-01-01T05:00:00.000000Z');
  });

  it('one that has expired is changed in all but its expiry', () => {
    const before = read({ ...RULE, expires: '2026-11-27T15:00:00Z' }).definition;
    const later = (NOW + 7_200_000_000) as EpochMicros;
    assert.equal(readRule({ ...RULE, expires: before.expires }, later, before).definition.expires, before.expires);
    assert.throws(() => readRule({ ...RULE, expires: before.expires }, later), ParameterError);
  });

  it('each member that is wrong is named, quoted, and told what would be right', () => {
    expectRefused([], 'body', 'no JSON object', '"price_crosses"');
    expectRefused({ condition: CROSSES }, 'name', 'missing', 'AAPL above 230');
    expectRefused({ ...RULE, name: ' ' }, 'name', 'empty');
    expectRefused({ ...RULE, name: 'x'.repeat(201) }, 'name', '201 characters', '200 at most');
    expectRefused({ ...RULE, name: 'x\ud800' }, 'name', 'half of a character');
    expectRefused({ ...RULE, name: 5 }, 'name', '5 is no text');
    expectRefused({ ...RULE, name: 'a\u202eb' }, 'name', 'control character U+202E');
    expectRefused({ name: 'A' }, 'condition', 'missing', '"level":"230"');
    expectRefused({ ...RULE, stock: ['AAPL'] }, 'stock', '"stock"', 'did you mean stocks?');
    expectRefused({ ...RULE, level: 5 }, 'level', 'belongs into condition');
    expectRefused({ ...RULE, state: 'watching' }, 'state', 'leave it out');
    expectRefused({ ...RULE, stocks: 'AAPL' }, 'stocks', '"AAPL" is no list', '["AAPL","TSLA"]');
    expectRefused({ ...RULE, stocks: [] }, 'stocks', 'is empty', 'leave it out for all');
    expectRefused({ ...RULE, stocks: ['AAPL', 7] }, 'stocks', 'stocks[1] 7 is no text');
    expectRefused({ ...RULE, stocks: Array(1001).fill('A') }, 'stocks', '1001 names', '1000 at most');
    expectRefused({ ...RULE, once: 'yes' }, 'once', '"yes" is neither true nor false');
    expectRefused({ ...RULE, rearm_seconds: 1.5 }, 'rearm_seconds', '1.5 is no whole number', '0 to 2678400');
    expectRefused({ ...RULE, rearm_seconds: -1 }, 'rearm_seconds', '-1 is not within bounds');
    expectRefused({ ...RULE, expires: '01/05/2027' }, 'expires', '"01/05/2027" is not a time');
    expectRefused({ ...RULE, expires: '2026-11-27T14:00:00Z' }, 'expires', 'over already', '2026-11-27T14:30:00');
    expectRefused({ ...RULE, timezone: 'new york' }, 'timezone', 'America/New_York');
    expectRefused({ ...RULE, receivers: Array.from({ length: 11 }, String) }, 'receivers', '10 at most');
  });

  it('so is each of its condition', () => {
    const refused = (condition: unknown, parameter: string, ...parts: readonly string[]) =>
      expectRefused({ ...RULE, condition }, parameter, ...parts);
    const moves = { type: 'price_moves', direction: 'down', by: '5', unit: 'percent', within_seconds: 60 };
    refused('up', 'condition', 'no JSON object');
    refused({}, 'condition.type', 'missing', 'price_crosses');
    refused({ type: 'price_cross' }, 'condition.type', '"price_cross" is not known', 'did you mean price_crosses?');
    refused({ ...CROSSES, levle: 5 }, 'condition.levle', 'did you mean level?');
    refused({ ...CROSSES, days: 5 }, 'condition.days', 'price_crosses', 'type, direction, level, hysteresis');
    refused({ ...CROSSES, direction: 'above' }, 'condition.direction', '"above"', 'up, down, or either');
    refused({ ...CROSSES, level: '1,000.5' }, 'condition.level', '"1,000.5" is no decimal', 'without separators');
    refused({ ...CROSSES, level: undefined }, 'condition.level', 'missing');
    refused({ ...CROSSES, level: '1'.repeat(61) }, 'condition.level', '60 at most');
    refused({ ...CROSSES, hysteresis: -1 }, 'condition.hysteresis', '-1 is less than 0');
    refused({ ...moves, by: '0.0' }, 'condition.by', 'no move', 'more than 0');
    refused({ ...moves, by: 100 }, 'condition.by', '100 percent down can never be');
    refused({ ...moves, hysteresis: '5.01' }, 'condition.hysteresis', 'more than the move itself');
    refused({ ...moves, within_seconds: 86_401 }, 'condition.within_seconds', '86401', '1 to 86400');
    refused({ ...moves, unit: '%' }, 'condition.unit', '"%"', 'percent or price');
    refused({ type: 'new_extreme', extreme: 'high' }, 'condition.days', 'missing');
    refused({ type: 'silent', seconds: 0 }, 'condition.seconds', '0 is not within bounds');
    refused({ type: 'tick_rate' }, 'condition.above', 'missing', 'below');
    refused({ type: 'tick_rate', above: 5, below: 6 }, 'condition.below', '6 is more than above (5)');
    refused({ type: 'system', measure: 'latency', above: 1 }, 'condition.measure', '"latency"');
    refused({ type: 'system', measure: 'waiting' }, 'condition.above', 'missing', 'how many ticks');
    refused({ type: 'system', measure: 'waiting', above: '0x10' }, 'condition.above', '"0x10" is no decimal');
    refused({ type: 'system', measure: 'waiting', above: -1 }, 'condition.above', '-1', '0 to 1000000000');
    assert.deepEqual(conditionOf({ type: 'tick_rate', above: 5, below: 5 }), { type: 'tick_rate', above: 5, below: 5 });
    assert.deepEqual(conditionOf({ ...moves, direction: 'up', by: 150 }), {
      ...moves,
      direction: 'up',
      by: '150',
      hysteresis: '0',
    });
  });

  it('so are its hours, and a scope that its condition can’t have', () => {
    const hours = { from: '09:30', to: '16:00', timezone: 'UTC' };
    const refused = (active: unknown, parameter: string, ...parts: readonly string[]) =>
      expectRefused({ ...RULE, active }, parameter, ...parts);
    refused({ ...hours, from: '24:00' }, 'active.from', '"24:00" is no time of day');
    refused({ ...hours, to: '09:30' }, 'active.to', '"09:30" is from itself', '24:00');
    refused({ ...hours, days: ['Monday'] }, 'active.days', '"Monday"', 'did you mean mon?');
    refused({ ...hours, days: [] }, 'active.days', 'is empty');
    refused({ from: '09:30', to: '16:00' }, 'active.timezone', 'missing');
    refused({ ...hours, timezone: 'Moon/Base' }, 'active.timezone', '"Moon/Base"', 'IANA');
    expectRefused(
      { name: 'A', condition: { type: 'hole' }, stocks: ['AAPL'] },
      'stocks',
      'makes no sense',
      'of an exchange',
    );
    const system = { type: 'system', measure: 'waiting', above: 5 };
    expectRefused({ name: 'A', condition: system, stocks: ['AAPL'] }, 'stocks', 'makes no sense');
  });
});
