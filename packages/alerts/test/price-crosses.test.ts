import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firedBy, judgeOf, prices, rule, tick } from './kit.ts';

const up = { type: 'price_crosses', direction: 'up', level: '230' } as const;

describe('A price that crosses a level', () => {
  it('fires once for each time that it comes from the other side', () => {
    const judge = judgeOf([rule(up)]);
    assert.deepEqual(firedBy(judge, prices('229', '230.00', '231', '229.99', '230.05')), [
      'AAPL crossed 230 from below: 230.00',
      'AAPL crossed 230 from below: 230.05',
    ]);
  });

  it('is armed again only beyond its hysteresis', () => {
    const judge = judgeOf([rule({ ...up, hysteresis: '0.5' })]);
    assert.deepEqual(firedBy(judge, prices('229', '230', '229.5', '230', '229.49', '230.1')), [
      'AAPL crossed 230 from below: 230',
      'AAPL crossed 230 from below: 230.1',
    ]);
  });

  it('fires in both directions, each armed for itself', () => {
    const judge = judgeOf([rule({ ...up, direction: 'either', hysteresis: '1' })]);
    assert.deepEqual(firedBy(judge, prices('229.5', '230.5', '229.5', '230.5', '229.5')), [
      'AAPL crossed 230 from below: 230.5',
      'AAPL crossed 230 from above: 229.5',
    ]);
  });

  it('compares decimals exactly, where doubles cannot tell them apart', () => {
    const judge = judgeOf([rule({ ...up, level: '0.30000000000000000001' })]);
    assert.deepEqual(firedBy(judge, prices('0.2', '0.3', '0.30000000000000000001')), [
      'AAPL crossed 0.30000000000000000001 from below: 0.30000000000000000001',
    ]);
  });

  it('does not fire for the first price of a stock, nor for late ticks', () => {
    const judge = judgeOf([rule(up)]);
    assert.deepEqual(firedBy(judge, [tick(1, 231, 10), tick(2, 229, 5), tick(3, 231, 6), tick(4, 232, 11)]), []);
  });
});
