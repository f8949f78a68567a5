import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, parsePrice, priceNumber } from '@tickwatch/core';
import { PriceWindow } from '../src/quality/price-window.ts';
import { StockQuality } from '../src/quality/stock-quality.ts';

/** The same numbers in every run, evenly in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Which of the prices, by their index, are far from the usual. */
function marked(prices: readonly string[], stock = new StockQuality()): readonly number[] {
  return prices.flatMap((price, i) => {
    const text = parsePrice(price, { signed: true }) as DecimalText;
    const usual = stock.take(priceNumber(text), text, (i * 1_000_000) as EpochMicros, new Set());
    return usual === undefined ? [] : [i];
  });
}

/** So many prices of a stock whose price moves evenly by up to half a unit, as the generator's do. */
function walk(count: number, from: number, random: () => number): readonly string[] {
  let cents = Math.round(from * 100);
  return Array.from({ length: count }, () => {
    const step = Math.round((random() * 2 - 1) * 50);
    cents += cents + step < 1 ? -step : step;
    return String(cents / 100);
  });
}

function withPrice(prices: readonly string[], at: number, price: string): readonly string[] {
  return prices.toSpliced(at, 0, price);
}

describe('the quality of a price', () => {
  it('is usual in a random walk, whatever its steps are beside the price', () => {
    const random = seeded(1);
    assert.deepEqual(marked(walk(200_000, 220, random)), []);
    let price = 100;
    const geometric = Array.from({ length: 200_000 }, () => {
      price *= Math.exp(0.004 * normal(random));
      return price.toFixed(4);
    });
    assert.deepEqual(marked(geometric), []);
    // Half a unit is half of the price, and more.
    const wild = marked(walk(100_000, 1, random));
    assert.ok(wild.length <= 10, `${wild.length} of 100,000`);
  });

  it('is far for a slip of the finger, a zero and a spike below it, and only for these', () => {
    const random = seeded(2);
    for (const [price, from] of [
      ['2200', 220],
      ['22', 220],
      ['0', 220],
      ['-220', 220],
      ['22000', 220],
      ['260', 220],
      [`2200.${'1'.repeat(40)}`, 220],
      ['9'.repeat(400), 220],
      ['0.3', 30_000],
    ] as const) {
      const prices = withPrice(walk(500, from, random), 300, price);
      assert.deepEqual(marked(prices), [300], price);
    }
  });

  it('is far in a stock of fractions of a cent too, and one step there is not', () => {
    const still = (price: string, count = 40): readonly string[] => Array.from({ length: count }, () => price);
    assert.deepEqual(marked([...still('0.02'), '0.03', '0.01', ...still('0.02')]), []);
    assert.deepEqual(marked([...still('0.02'), '0.20', ...still('0.02')]), [40]);
    assert.deepEqual(marked([...still('0.00001234'), '0.0001234', ...still('0.00001234')]), [40]);
    assert.deepEqual(marked([...still('0.00001234'), '0.00001238', ...still('0.00001234')]), []);
    const decimals = `0.${'0'.repeat(38)}12`;
    assert.deepEqual(marked([...still(decimals), `0.${'0'.repeat(37)}12`, ...still(decimals)]), [40]);
  });

  it('is judged by prices below zero as by those above', () => {
    const random = seeded(3);
    let cents = 0;
    const spread = Array.from({ length: 100_000 }, () => {
      cents += Math.round((random() * 2 - 1) * 50);
      return String(cents / 100);
    });
    assert.ok(marked(spread).length <= 5, `${marked(spread).length} of 100,000`);
    const below = walk(400, 300, random).map((price) => `-${price}`);
    assert.deepEqual(marked(withPrice(below, 200, '300')), [200]);
    assert.deepEqual(marked(withPrice(below, 200, '-3000')), [200]);
  });

  it('is usual after a gap overnight', () => {
    const random = seeded(4);
    for (let i = 0; i < 50; i++) {
      const before = walk(300, 220, random);
      const gap = Number(before.at(-1)) * (i % 2 === 0 ? 0.97 : 1.03);
      assert.deepEqual(marked([...before, ...walk(300, gap, random)]), []);
    }
  });

  it('is a new level after a few ticks: not all that follows a split is marked', () => {
    const random = seeded(5);
    const found = marked([...walk(300, 400, random), ...walk(10_000, 100, random)]);
    assert.deepEqual(found, [300, 301, 302, 303, 304]);
  });

  it('is not judged by what was far itself: after a fault of some ticks the level is what it was', () => {
    const prices = walk(600, 220, seeded(6));
    const faulty = prices.map((price, i) => (i >= 300 && i < 304 ? '2.2' : price));
    assert.deepEqual(marked(faulty), [300, 301, 302, 303]);
    const some = prices.map((price, i) => (i > 100 && i % 7 === 0 ? '0' : price));
    assert.deepEqual(
      marked(some),
      prices.flatMap((_, i) => (i > 100 && i % 7 === 0 ? [i] : [])),
    );
  });

  it('is not judged before there is anything to judge it by', () => {
    assert.deepEqual(marked(['100', '1', '10000', '5', '0.1', '100', '7', '1', '2', '300']), []);
  });

  it('is frozen when it ticks on for long and does not move', () => {
    const frozen = (count: number, stepMicros: number): boolean => {
      const found = new Set<StockQuality>();
      const stock = new StockQuality();
      for (let i = 0; i < count; i++) {
        found.clear();
        stock.take(5, '5' as DecimalText, (i * stepMicros) as EpochMicros, found);
      }
      return found.has(stock);
    };
    assert.equal(frozen(30, 3_000_000), true);
    assert.equal(frozen(30, 1_000_000), false);
    assert.equal(frozen(20, 60_000_000), false);
  });
});

describe('the median and the deviation of a window', () => {
  it('are those of the last 31 prices, as sorting says', () => {
    const random = seeded(7);
    const window = new PriceWindow();
    const prices: number[] = [];
    for (let i = 0; i < 500; i++) {
      const price = Math.round(random() * 100) / 4;
      prices.push(price);
      window.add(price);
      const sorted = prices.slice(-31).toSorted((a, b) => a - b);
      const middle = (sorted.length - 1) >> 1;
      const median = sorted[middle] as number;
      const deviation = sorted.map((one) => Math.abs(one - median)).toSorted((a, b) => a - b)[middle];
      assert.deepEqual(window.spread(), { median, deviation });
    }
  });
});

describe('a price as a double', () => {
  it('is what Number makes of it, within what a double tells apart', () => {
    for (const text of ['0', '1', '220.4', '0.1', '-0.25', '999999999.99999', '123456789012345', '0.0000000000001']) {
      assert.equal(priceNumber(text as DecimalText), Number(text), text);
    }
    for (const text of [`1.${'3'.repeat(40)}`, `-${'9'.repeat(40)}`]) {
      assert.equal(priceNumber(text as DecimalText), Number(text), text);
    }
    assert.ok(Number.isFinite(priceNumber(`1${'0'.repeat(900)}` as DecimalText)));
  });
});
