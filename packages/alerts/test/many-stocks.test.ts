import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLaneJudge } from '../src/index.ts';
import { EXCHANGE, firedBy, prices, rule, tick } from './kit.ts';

describe('A judge that hears of more stocks than it can know', () => {
  it('goes on, and knows of those that it forgot in the meantime what they have fired', () => {
    const rules = [rule({ type: 'price_crosses', direction: 'up', level: '230' }, { once: true })];
    const judge = createLaneJudge({ exchange: EXCHANGE, seq: 0, rules, phases: [], memory: [] }, 10);
    assert.equal(firedBy(judge, prices('229', '231')).length, 1);
    const odd = Array.from({ length: 100 }, (_, i) => tick(i + 3, 1, i + 3, `ODD${i}`));
    assert.deepEqual(firedBy(judge, odd), []);
    assert.deepEqual(firedBy(judge, [tick(200, 229, 200), tick(201, 231, 201)]), []);
    const last = tick(202, 229, 202, 'ODD99');
    assert.equal(firedBy(judge, [last, tick(203, 231, 203, 'ODD99')]).length, 1);
  });
});
