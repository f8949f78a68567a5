import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearNames } from '../src/index.ts';

/** By the definition, without a bound. */
function slowly(a: string, b: string): number {
  const known = new Map<string, number>();
  const at = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i}/${j}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const same = a[i - 1] === b[j - 1] ? 0 : 1;
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const ways = [at(i - 1, j - 1) + same, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : 99];
    const distance = Math.min(...ways);
    known.set(key, distance);
    return distance;
  };
  return at(a.length, b.length);
}

describe('names that are like another', () => {
  it('are as far apart as letters must be changed, left out, added or swapped, up to the bound', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, most) => {
        const [found, exact] = [editDistance(a, b, most), slowly(a, b)];
        assert.ok(exact <= most ? found === exact : found > most, `${a} ${b} ${most}: ${found}, ${exact}`);
      }),
    );
  });

  it('are found with two letters swapped, in any letters, the likeliest first', () => {
    const known = ['AAPL', 'MSFT', 'TSLA', 'TSL', 'TSLAX'];
    assert.deepEqual(nearNames('tsal', known), ['TSL', 'TSLA']);
    assert.deepEqual(nearNames('msft', known), ['MSFT']);
    assert.deepEqual(nearNames('zzzz', known), []);
  });
});
