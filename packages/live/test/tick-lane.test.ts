import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import { TickLane } from '../src/tick-lane.ts';
import { ticksOf } from './live-ticks.ts';

function makeLane(maxQueued: number, maxStocks = 100) {
  const losses = { conflated: 0, dropped: 0 };
  return { lane: new TickLane('NASDAQ', { maxQueued, maxStocks }, losses), losses };
}

function takeAll(lane: TickLane): SequencedTick[] {
  const all: SequencedTick[] = [];
  while (lane.size > 0) all.push(...lane.take());
  return all;
}

describe('what waits for an exchange', () => {
  test('leaves in order while it fits', () => {
    const { lane, losses } = makeLane(10);
    const ticks = ticksOf('A', 'B', 'A', 'C', 'A');
    lane.add(ticks.slice(0, 3));
    lane.add(ticks.slice(3));
    assert.deepEqual(takeAll(lane), ticks);
    assert.deepEqual(losses, { conflated: 0, dropped: 0 });
  });

  test('becomes the newest tick of each stock, in order, when it is too much', () => {
    const { lane, losses } = makeLane(4);
    const ticks = ticksOf('A', 'B', 'A', 'C', 'A', 'B');
    lane.add(ticks.slice(0, 3));
    lane.add(ticks.slice(3));
    assert.deepEqual(takeAll(lane), [ticks[3], ticks[4], ticks[5]]);
    assert.deepEqual(losses, { conflated: 3, dropped: 0 });
  });

  test('is kept in full again after the lane was empty', () => {
    const { lane } = makeLane(4);
    lane.add(ticksOf('A', 'A', 'A', 'A', 'A'));
    takeAll(lane);
    const ticks = ticksOf('A', 'A');
    lane.add(ticks);
    assert.deepEqual(takeAll(lane), ticks);
  });

  test('goes behind what is put back', () => {
    const { lane, losses } = makeLane(10);
    const failed = ticksOf('A', 'B', 'C');
    const later = ticksOf('B', 'D');
    lane.add(later);
    lane.putBack(failed);
    assert.deepEqual(takeAll(lane), [failed[0], failed[2], ...later]);
    assert.deepEqual(losses, { conflated: 1, dropped: 0 });
  });

  test('never exceeds the bound of stocks: the longest unchanged is given up', () => {
    const { lane, losses } = makeLane(0, 3);
    const ticks = ticksOf('A', 'B', 'C', 'A', 'D');
    lane.add(ticks);
    assert.deepEqual(takeAll(lane), [ticks[2], ticks[3], ticks[4]]);
    assert.deepEqual(losses, { conflated: 1, dropped: 1 });
  });

  test('is cut into publications of bounded size, however long the names', () => {
    const { lane } = makeLane(10_000);
    const ticks = ticksOf(...Array.from({ length: 3000 }, (_, i) => `${'ÄÖ€'.repeat(10)}${i % 100}`));
    lane.add(ticks);
    let taken = 0;
    while (lane.size > 0) {
      const publication = lane.take();
      assert.ok(publication.length > 0 && publication.length <= 1000);
      assert.ok(Buffer.byteLength(JSON.stringify(publication)) <= 65_536);
      assert.deepEqual(publication, ticks.slice(taken, taken + publication.length));
      taken += publication.length;
    }
    assert.equal(taken, 3000);
  });
});
