import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import { PublishQueue } from '../src/publish-queue.ts';
import { PublishQueues } from '../src/publish-queues.ts';
import { tickOf, ticksOf } from './live-ticks.ts';

function makeQueues(maxQueued: number, maxStocks = 100) {
  const queues = new PublishQueues({ maxQueued, maxStocks }, new Map([['NYSE', 2]]));
  return { queues, lane: queueOf(queues, 'NASDAQ/0') };
}

/** One lane's part of the queues. */
function queueOf(queues: PublishQueues, name: string) {
  return {
    add: (ticks: readonly SequencedTick[]) => queues.add(name, ticks),
    putBack: (ticks: readonly SequencedTick[]) => queues.putBack(name, ticks),
  };
}

function takeAll(queues: PublishQueues): SequencedTick[] {
  const all: SequencedTick[] = [];
  while (queues.size > 0) all.push(...queues.take(1).flatMap(({ ticks }) => ticks));
  return all;
}

function lossesOf({ totals: { conflated, dropped } }: PublishQueues) {
  return { conflated, dropped };
}

describe('what waits for a lane', () => {
  test('leaves in order while it fits', () => {
    const { queues, lane } = makeQueues(10);
    const ticks = ticksOf('A', 'B', 'A', 'C', 'A');
    lane.add(ticks.slice(0, 3));
    lane.add(ticks.slice(3));
    assert.deepEqual(takeAll(queues), ticks);
    assert.deepEqual(lossesOf(queues), { conflated: 0, dropped: 0 });
  });

  test('becomes the newest tick of each stock, in order, when it is too much', () => {
    const { queues, lane } = makeQueues(4);
    const ticks = ticksOf('A', 'B', 'A', 'C', 'A', 'B');
    lane.add(ticks.slice(0, 3));
    lane.add(ticks.slice(3));
    assert.deepEqual(takeAll(queues), [ticks[3], ticks[4], ticks[5]]);
    assert.deepEqual(lossesOf(queues), { conflated: 3, dropped: 0 });
  });

  test('is kept in full again after the lane was empty', () => {
    const { queues, lane } = makeQueues(4);
    lane.add(ticksOf('A', 'A', 'A', 'A', 'A'));
    takeAll(queues);
    const ticks = ticksOf('A', 'A');
    lane.add(ticks);
    assert.deepEqual(takeAll(queues), ticks);
  });

  test('goes behind what is put back', () => {
    const { queues, lane } = makeQueues(10);
    const failed = ticksOf('A', 'B', 'C');
    const later = ticksOf('B', 'D');
    lane.add(later);
    lane.putBack(failed);
    assert.deepEqual(takeAll(queues), [failed[0], failed[2], ...later]);
    assert.deepEqual(lossesOf(queues), { conflated: 1, dropped: 0 });
  });

  test('never exceeds the bound of stocks: the longest unchanged is given up', () => {
    const { queues, lane } = makeQueues(0, 3);
    const ticks = ticksOf('A', 'B', 'C', 'A', 'D');
    lane.add(ticks);
    assert.deepEqual(takeAll(queues), [ticks[2], ticks[3], ticks[4]]);
    assert.deepEqual(lossesOf(queues), { conflated: 1, dropped: 1 });
  });

  test('is cut into publications of bounded size, however long the names', () => {
    const lane = new PublishQueue('NASDAQ/0', 100, { queued: 0, stocks: 0, conflated: 0, dropped: 0 });
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

describe('what waits for several lanes', () => {
  const ticksFor = (exchange: string, ...stocks: readonly string[]) => stocks.map((stock) => tickOf(stock, exchange));

  test('is bounded for all of them together, and the longest queue gives way', () => {
    const { queues } = makeQueues(10);
    const quiet = ticksFor('NASDAQ', 'A', 'A');
    queues.add('NASDAQ/0', quiet);
    for (let i = 0; i < 5; i++) queues.add('NYSE/1', ticksFor('NYSE', 'X', 'Y', 'X'));
    assert.ok(queues.size <= 10);
    const [first, second] = queues.take(2);
    assert.deepEqual([first?.lane, first?.ticks], ['NASDAQ/0', quiet]);
    assert.deepEqual(
      second?.ticks.map(({ stock }) => stock),
      ['Y', 'X'],
    );
  });

  test('never holds more stocks than the bound, however many lanes there are', () => {
    const { queues } = makeQueues(0, 50);
    for (let i = 0; i < 60; i++) queues.add(`E${i}/0`, ticksFor(`E${i}`, 'A', 'B', 'C'));
    assert.equal(queues.size, 50);
    assert.deepEqual(lossesOf(queues), { conflated: 0, dropped: 130 });
    assert.equal(takeAll(queues).length, 50);
    assert.equal(queues.size, 0);
  });

  test('leaves in turn, each lane in order, named where its exchange has several or had, with a channel where it has', () => {
    const { queues } = makeQueues(100_000);
    const flood = ticksFor('NYSE', ...Array.from({ length: 2500 }, (_, i) => `S${i}`));
    queues.add('NYSE/0', flood);
    queues.add('NYSE/1', ticksFor('NYSE', 'X'));
    queues.add('NASDAQ/0', ticksFor('NASDAQ', 'A'));
    queues.add('NASDAQ/3', ticksFor('NASDAQ', 'B'));
    const publications = queues.take(32);
    assert.deepEqual(
      publications.map(({ lane, channels, data }) => [lane, channels, (JSON.parse(data) as { lane?: string }).lane]),
      [
        ['NYSE/0', ['NYSE', 'lane:NYSE/0'], 'NYSE/0'],
        ['NYSE/1', ['NYSE', 'lane:NYSE/1'], 'NYSE/1'],
        ['NASDAQ/0', ['NASDAQ'], undefined],
        ['NASDAQ/3', ['NASDAQ'], 'NASDAQ/3'],
        ...Array(publications.length - 4).fill(['NYSE/0', ['NYSE', 'lane:NYSE/0'], 'NYSE/0']),
      ],
    );
    assert.deepEqual(
      publications.filter(({ lane }) => lane === 'NYSE/0').flatMap(({ ticks }) => ticks),
      flood,
    );
  });
});
