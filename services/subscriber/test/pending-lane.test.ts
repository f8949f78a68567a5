import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { DecodedBatch } from '../src/decode-batch.ts';
import { PendingLane } from '../src/pending-lane.ts';

function batch(position: number, messages: number): DecodedBatch {
  return {
    exchange: 'NYSE',
    position: String(position),
    messages,
    ticks: [],
    rejected: [],
    seqBefore: 0,
    seq: 0,
    receivedAt: position as EpochMicros,
    lastPayloads: [],
  };
}

/** A small generator of repeatable choices. */
function choices(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** The next two batches behind a position, as long as they are among the `spilled` messages. */
function readAgain(log: readonly DecodedBatch[], after: number, spilled: number): readonly DecodedBatch[] {
  const next = log.filter((b) => Number(b.position) > after).slice(0, 2);
  const [first, second] = next;
  const both = (first?.messages ?? 0) + (second?.messages ?? 0);
  return both <= spilled ? next : next.slice(0, 1);
}

it('whatever the log keeps and loses, messages leave in order, once, and the counts add up', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const choose = choices(seed);
    let keptUpTo = 0;
    const log: DecodedBatch[] = [];
    const lane = new PendingLane('NYSE', { maxMessages: 10, maxUnkept: 6 }, (position) => Number(position) <= keptUpTo);
    let received = 0;
    let refused = 0;
    let stored = 0;
    let lastStored = 0;
    for (let position = 1; position <= 200; position++) {
      const next = batch(position, 1 + choose(3));
      received += next.messages;
      if (lane.add(next)) log.push(next);
      else refused += next.messages;
      if (choose(2) === 0) keptUpTo = position - choose(3);
      if (choose(4) === 0) {
        if (lane.spilled > 0) {
          const after = Number(lane.ready.at(-1)?.position ?? lastStored);
          lane.refill(readAgain(log, after, lane.spilled));
        }
        for (const done of lane.removeStored(choose(lane.ready.length + 1))) {
          assert.ok(Number(done.position) > lastStored, `seed ${seed}: ${done.position} after ${lastStored}`);
          assert.equal(
            done,
            log.find((b) => Number(b.position) > lastStored),
            `seed ${seed}: nothing is passed over`,
          );
          lastStored = Number(done.position);
          stored += done.messages;
        }
      }
      assert.equal(received, stored + refused + lane.waiting, `seed ${seed}`);
      assert.ok(lane.readyMessages <= 10 + 3 + 6 + lane.waiting);
    }
  }
});

it('what neither memory nor log can hold is refused, and room is used again when there is some', () => {
  const lane = new PendingLane('NYSE', { maxMessages: 2, maxUnkept: 2 }, () => false);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((position) => lane.add(batch(position, 1))),
    [true, true, true, true, false],
  );
  lane.removeStored(2);
  assert.equal(lane.add(batch(6, 1)), true);
  assert.deepEqual(
    lane.ready.map((b) => b.position),
    ['3', '4'],
  );
  assert.equal(lane.waiting, 3);
});
