import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { Segment, SegmentDraft } from '../src/log/segment.ts';
import { SegmentList } from '../src/log/segment-list.ts';

/** Durable segments of one tick each, at places 1, 2, 3 … */
function filledList(count: number): SegmentList {
  const list = new SegmentList({ limit: 1e9, used: 0 });
  for (let i = 0; i < count; i++) {
    const draft = new SegmentDraft('NYSE/0');
    draft.read({ payload: Buffer.from(`A:${i + 1}`), receivedAt: 1 as EpochMicros }, 0, undefined);
    list.push(new Segment(draft, String(i), String(i + 1), true));
  }
  return list;
}

describe('the list of what waits', () => {
  it('lets nothing go of what a commit under way holds, or it would be stored twice', () => {
    const list = filledList(6);
    const inFlight = list.takeOff(3, 1e9);
    assert.equal(inFlight.length, 3);
    list.evict(0);
    assert.deepEqual(
      list.head.map(({ position }) => position),
      ['1', '2', '3'],
    );
    assert.deepEqual([list.run?.after, list.run?.left], ['3', 3]);
    list.shift(inFlight.length);
    assert.deepEqual([list.head.length, list.waiting], [0, 3]);
  });

  it('lets all of it go again where the commit failed', () => {
    const list = filledList(6);
    list.takeOff(3, 1e9);
    list.landed();
    list.evict(0);
    assert.deepEqual([list.head.length, list.run?.left, list.waiting], [0, 6, 6]);
  });

  it('gives a commit as many as are wanted, as many bytes as there are to be, and at least one', () => {
    const list = filledList(6);
    const [first] = list.head;
    assert.equal(list.takeOff(100, 1e9).length, 6);
    assert.equal(list.takeOff(2, 1e9).length, 2);
    assert.equal(list.takeOff(100, 2 * (first?.cost ?? 0)).length, 2);
    assert.equal(list.takeOff(100, 0).length, 1);
  });
});
