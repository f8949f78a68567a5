import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JudgedRule } from '../src/index.ts';
import { firedBy, judgeOf, micros, prices, rule } from './kit.ts';

/** Crosses 230 from below at the seconds 2, 4, 6 and 8. */
const ticks = prices('229', '231', '229', '231', '229', '231', '229', '231');
const crosses = (more: Partial<JudgedRule>) => rule({ type: 'price_crosses', direction: 'up', level: '230' }, more);

function firedAt(more: Partial<JudgedRule>): readonly number[] {
  const judge = judgeOf([crosses(more)]);
  return ticks.flatMap((tick) =>
    judge.take([tick], tick.time).flatMap(({ firing }) => (firing?.seq === undefined ? [] : [firing.seq])),
  );
}

describe('A rule fires when it may', () => {
  it('each time, if nothing is said', () => {
    assert.deepEqual(firedAt({}), [2, 4, 6, 8]);
  });

  it('once, and then not again', () => {
    assert.deepEqual(firedAt({ once: true }), [2]);
  });

  it('not again for a while', () => {
    assert.deepEqual(firedAt({ rearmSeconds: 3 }), [2, 6]);
    assert.deepEqual(firedAt({ rearmSeconds: 4 }), [2, 6]);
  });

  it('from its begin on, and not from when it expires', () => {
    assert.deepEqual(firedAt({ begins: micros(4) }), [4, 6, 8]);
    assert.deepEqual(firedAt({ expires: micros(6) }), [2, 4]);
  });

  it('not while it is snoozed, also where that is said later; what happened meanwhile is past', () => {
    assert.deepEqual(firedAt({ snoozedUntil: micros(5) }), [6, 8]);
    const judge = judgeOf([crosses({})]);
    assert.equal(firedBy(judge, ticks.slice(0, 3)).length, 1);
    judge.update(crosses({ snoozedUntil: micros(7) }));
    assert.equal(firedBy(judge, ticks.slice(3)).length, 1);
  });

  it('within its hours, by the wall clock of its zone', () => {
    // The ticks come at 10:00 in New York, on a Friday.
    const hours = { from: '09:30', to: '16:00', timezone: 'America/New_York' } as const;
    assert.equal(firedAt({ active: hours }).length, 4);
    assert.deepEqual(firedAt({ active: { ...hours, to: '10:00' } }), []);
    assert.deepEqual(firedAt({ active: { ...hours, days: ['sat', 'sun'] } }), []);
    const overnight = { from: '22:00', to: '16:00', timezone: 'America/New_York' } as const;
    assert.equal(firedAt({ active: { ...overnight, days: ['thu'] } }).length, 4);
    assert.deepEqual(firedAt({ active: { ...overnight, days: ['fri'] } }), []);
  });

  it('for its stocks and exchange alone, and not when it is gone', () => {
    assert.deepEqual(firedAt({ stocks: ['MSFT'] }), []);
    assert.deepEqual(firedAt({ exchange: 'NYSE' }), []);
    assert.deepEqual(firedAt({ exchange: 'NASDAQ', stocks: ['AAPL'] }), [2, 4, 6, 8]);
    const judge = judgeOf([crosses({})]);
    judge.remove(crosses({}).id);
    assert.deepEqual(firedBy(judge, ticks), []);
    assert.equal(judge.size, 0);
  });

  it('as the same firing, whoever judges the tick again', () => {
    const idsOf = (more: Partial<JudgedRule>) => {
      const judge = judgeOf([crosses(more)]);
      return ticks.flatMap((tick) => judge.take([tick], tick.time).flatMap(({ firing }) => firing?.id ?? []));
    };
    const ids = idsOf({});
    assert.deepEqual(idsOf({}), ids);
    assert.equal(new Set([...ids, ...idsOf({ revision: 2 })]).size, 8);
  });
});
