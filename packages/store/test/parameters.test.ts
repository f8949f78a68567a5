import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Parameters } from '../src/reader/sql/parameters.ts';

it('the text of a statement does not depend on whether some of its arrays are equal, so that few texts are prepared', () => {
  const textOf = (first: string, second: string): string => {
    const parameters = new Parameters();
    return [first, second].map((array) => parameters.add(array, 'numeric[]')).join(' ');
  };
  assert.equal(textOf('{1}', '{1}'), textOf('{1}', '{2}'));
});

it('a value that stands in a statement several times is sent once', () => {
  const parameters = new Parameters();
  assert.equal(parameters.add('AAPL', 'text'), parameters.add('AAPL', 'text'));
  assert.deepEqual(parameters.values, ['AAPL']);
});
