import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { NumberCounters } from '../src/log/number-counters.ts';
import { Segment, SegmentDraft } from '../src/log/segment.ts';

/** What is missing before each of these runs, taken one after the other. */
function missing(counters: NumberCounters, ...runs: readonly (number | readonly [first: number, last: number])[]) {
  return runs.map((run) => (typeof run === 'number' ? counters.take(run, run) : counters.take(...run)));
}

describe('the counts of publishers that number their messages', () => {
  it('tell exactly how many messages are missing, and nothing where none is', () => {
    const counters = new NumberCounters();
    assert.deepEqual(missing(counters, [7, 10], [11, 20], 21, 23, [30, 40], 41), [0, 0, 0, 1, 6, 0]);
    assert.deepEqual(counters.list(), [41]);
  });

  it('begin anywhere: what was published before the first message that was heard is not asked', () => {
    assert.deepEqual(missing(new NumberCounters(), 123_456), [0]);
    assert.deepEqual(missing(new NumberCounters(), 0, 1, 2), [0, 0, 0]);
  });

  it('go on where they were stored, in another process', () => {
    const counters = new NumberCounters();
    missing(counters, [1001, 1005], [1, 5]);
    assert.deepEqual(missing(new NumberCounters(counters.list()), 8, 1006, 9, 1008), [2, 0, 0, 1]);
  });

  it('are kept apart where publishers speak in turns, also of those in step', () => {
    const counters = new NumberCounters();
    assert.deepEqual(missing(counters, 5000, 100, 5001, 101, 105, 5002, 106, 5009), [0, 0, 0, 0, 3, 0, 0, 6]);
    const inStep = new NumberCounters();
    assert.deepEqual(missing(inStep, 1, 1, 2, 2, 3, 3), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(inStep.list(), [3, 3]);
  });

  it('begin anew with a publisher that does, which is no hole', () => {
    const counters = new NumberCounters();
    assert.deepEqual(missing(counters, [1, 500], [1, 20], 21, 25, [26, 499], 500, 501, 503), [0, 0, 0, 3, 0, 0, 0, 1]);
  });

  it('do not take a message that comes twice, or late, for a hole', () => {
    const counters = new NumberCounters();
    assert.deepEqual(missing(counters, 50, 51, 51, 52, 51, 50, 53, 54), [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(missing(counters, 57), [2]);
  });

  it('take a leap that no loss explains for another publisher', () => {
    const counters = new NumberCounters([5]);
    assert.deepEqual(missing(counters, 1_795_560_000_000_000, 6, 1_795_560_000_000_001), [0, 0, 0]);
    assert.deepEqual(missing(counters, 1_000_000_007), [1_000_000_000]);
  });

  it('are at most eight: the one that was silent longest is forgotten', () => {
    const counters = new NumberCounters();
    for (let i = 1; i <= 8; i++) counters.take(i * 1e10, i * 1e10);
    missing(counters, 1e10 + 1);
    missing(counters, 9e10);
    assert.deepEqual(
      counters.list().map((count) => Math.floor(count / 1e10)),
      [3, 4, 5, 6, 7, 8, 1, 9],
    );
    assert.equal(new NumberCounters(Array.from({ length: 20 }, (_, i) => i)).list().length, 8);
  });
});

describe('the numbers of a segment', () => {
  const numbersOf = (...messages: readonly string[]) => {
    const draft = new SegmentDraft('NYSE/0');
    for (const text of messages) {
      draft.read({ payload: Buffer.from(text), receivedAt: 1e15 as EpochMicros }, 0, undefined);
    }
    return new Segment(draft, '0', String(messages.length)).numbers;
  };
  const tick = (n: unknown, price = 1): string => `{"stock_name":"A","price":${price},"n":${n}}`;

  it('are runs, each with the place of its first tick', () => {
    assert.deepEqual(numbersOf(tick(1), tick(2), 'A:7', tick(3), tick(9), tick(10)), [
      { first: 1, last: 3, at: 0 },
      { first: 9, last: 10, at: 4 },
    ]);
  });

  it('cost nothing where there are none', () => {
    assert.equal(numbersOf('A:1', '{"stock_name":"A","price":2}'), numbersOf('A:2'));
  });

  it('do not lack those of what is rejected: it was received', () => {
    assert.deepEqual(numbersOf(tick(1), tick(2, -1), tick(3)), [{ first: 1, last: 3, at: 0 }]);
    assert.deepEqual(numbersOf(tick(5, 0)), [{ first: 5, last: 5, at: 0 }]);
  });

  it('may be one for a whole message of several ticks, or one for each', () => {
    assert.deepEqual(numbersOf(`[${tick(4)},${tick(4)},${tick(4)}]`, tick(5)), [{ first: 4, last: 5, at: 0 }]);
    assert.deepEqual(numbersOf(`${tick(4)}\n${tick(5)}`, tick(6)), [{ first: 4, last: 6, at: 0 }]);
  });

  it('are kept apart where two publishers are in step', () => {
    assert.deepEqual(
      numbersOf(tick(4), tick(4), tick(5), tick(5)).map(({ first, last }) => [first, last]),
      [
        [4, 4],
        [4, 5],
        [5, 5],
      ],
    );
  });
});
