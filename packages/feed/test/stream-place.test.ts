import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { comparePlaces, formatPlace, parsePlace, START } from '../src/streams/stream-place.ts';

describe('a place in streams', () => {
  it('is the same after it was written and read', () => {
    for (const text of [
      '0-0',
      '1795592599191-12',
      '3:1795592599191-12',
      '2@ticks:{NASDAQ/0}:1-0',
      '2@ticks:NASDAQ:1-0',
    ]) {
      const place = parsePlace(text);
      assert.ok(place !== undefined);
      assert.equal(formatPlace(place), text);
    }
    assert.deepEqual(parsePlace('0-0'), START);
    assert.equal(parsePlace('12345'), undefined);
  });

  it('lies behind all places of an earlier generation, whatever their ids', () => {
    const inOrder = ['0-0', '9-1', '9-12', '10-0', '1:2-0', '1:30-0', '2@ticks:NASDAQ:1-0', '3:0-0'];
    for (const texts of [inOrder, [...inOrder].reverse()]) assert.deepEqual([...texts].sort(comparePlaces), inOrder);
  });
});
