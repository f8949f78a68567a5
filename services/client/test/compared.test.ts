import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barOfTick } from '../src/stock/bar.ts';
import { comparedText, parseCompared, refusalOf } from '../src/stock/compare/compared-names.ts';
import { findStocks } from '../src/stock/compare/find-stocks.ts';
import { baseOf, closeAt, ratioTo, rebased } from '../src/stock/compare/rebased.ts';
import { pictureName } from '../src/stock/picture/file-name.ts';

describe('the names of compared stocks in an address', () => {
  it('come back as they were, with commas, per cent signs and blanks in them', () => {
    for (const stocks of [['MSFT', 'TSLA'], ['A,B', 'C'], ['50%', '%2C', 'S&P 500'], ['BRK.B', 'x/y', 'ä'], []]) {
      const text = comparedText(stocks);
      const query = new URLSearchParams(text === undefined ? '' : { compare: text });
      const again = new URLSearchParams(query.toString()).get('compare');
      assert.deepEqual(parseCompared(again, 'AAPL'), { stocks, faults: [] });
    }
  });

  it('that are too many are left out with a sentence that names them', () => {
    const { stocks, faults } = parseCompared('A,B,C,D,E,F,G', 'OWN');
    assert.deepEqual(stocks, ['A', 'B', 'C', 'D', 'E']);
    assert.deepEqual(faults, ['A chart compares 6 stocks at most: “F”, “G” are left out']);
    assert.ok(refusalOf('F', stocks, 'OWN')?.includes('6 stocks at most'));
  });

  it('are not the chart’s own', () => {
    assert.deepEqual(parseCompared('A,OWN', 'OWN').stocks, ['A']);
    assert.ok(parseCompared('OWN', 'OWN').faults[0]?.includes('“OWN”'));
  });
});

describe('a compared stock', () => {
  const times = [10, 11, 12, 15, 16];
  const bars = [9, 11, 12, 13, 16, 17].map((time) => barOfTick(time, time * 10));

  it('begins with its first candle in view, and is at its newest price at the end', () => {
    const line = rebased({ times }, bars, 0, 4);
    assert.deepEqual(
      line.closes.map((close) => (Number.isNaN(close) ? 0 : close)),
      [0, 110, 130, 0, 170],
    );
    assert.equal(line.basePlace, 1);
    assert.equal(line.baseTime, 11);
    assert.equal(baseOf(line), 110);
    assert.equal(closeAt(line, 3), 130);
    assert.equal(closeAt(line, 0), undefined);
  });

  it('is measured anew by another left edge', () => {
    assert.equal(baseOf(rebased({ times }, bars, 2, 4)), 130);
  });

  it('without a candle in view has nothing to be measured by', () => {
    assert.equal(baseOf(rebased({ times }, bars.slice(0, 1), 0, 4)), undefined);
  });

  it('is a part of no price of 0, and rises when it grows from below 0', () => {
    assert.equal(ratioTo(0, 5), undefined);
    assert.equal(ratioTo(-40, -20), 0.5);
    assert.equal(ratioTo(100, 90), -0.1);
  });
});

describe('finding a stock by typing', () => {
  it('has first what it is, then what begins so, then what has it in it', () => {
    assert.deepEqual(findStocks(['XAB', 'ABC', 'AB', 'AB', 'CD', 'ABA'], 'ab', 9), ['AB', 'ABA', 'ABC', 'XAB']);
  });
});

describe('the name of a picture', () => {
  it('has nothing that file systems refuse', () => {
    const noon = Date.UTC(2026, 10, 22, 12) / 1000;
    assert.equal(pictureName('A/B:C*', 'UTC', noon, noon + 60), 'A_B_C_ 2026-11-22 12.00.00 to 12.01.00');
  });
});
