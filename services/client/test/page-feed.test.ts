import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { signal } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';
import { batchesOf } from '../src/live/board-batch.ts';
import type { BoardListener, LiveFeed, TickListener } from '../src/live/live-feed.ts';
import { goLive, goToMoment } from '../src/moment/moment.ts';
import { PageFeed } from '../src/moment/page-feed.ts';

const LANE: LaneName = 'NASDAQ/0';
const tick = (price: number): LiveTick => ({
  ...{ stock_name: 'A', exchange_name: 'NASDAQ', price, timestamp: '2026-11-20T14:00:00.000000Z', seq: price },
});

function openFeed(listener: Partial<TickListener> = {}) {
  const told: string[] = [];
  let board: BoardListener | undefined;
  let follower: TickListener | undefined;
  const channels = {
    state: signal({ state: 'live', since: 0 }),
    ready: async () => {},
    recentBoard: () => batchesOf(LANE, [tick(1)]),
    board: (its: BoardListener) => {
      board = its;
    },
    follow: (_name: unknown, _exchanges: unknown, its: TickListener) => {
      follower = its;
      return { ready: async () => {}, recent: () => [[LANE, [tick(1)]]], end: () => {} };
    },
  };
  const feed = new PageFeed(channels as unknown as LiveFeed);
  const followed = feed.follow({ stock: 'A', exchange: undefined }, [], {
    onTicks: (_lane, ticks) => told.push(...ticks.map(({ price }) => `tick ${price}`)),
    onBreak: () => told.push('break'),
    ...listener,
  });
  feed.board({
    onBatch: ({ ticks }) => told.push(...ticks.map(({ price }) => `board ${price}`)),
    onBreak: () => told.push('board breaks'),
    onMoment: () => told.push('board leaps'),
  });
  const live = {
    tick: (price: number) => {
      follower?.onTicks(LANE, [tick(price)]);
      for (const batch of batchesOf(LANE, [tick(price)])) board?.onBatch(batch);
    },
    cut: () => {
      follower?.onBreak();
      board?.onBreak();
    },
  };
  const recent = () =>
    [[...followed.recent()], [...feed.recentBoard()].flatMap(({ ticks }) => ticks)].map((all) => all.length);
  return { feed, told, live, recent };
}

describe('what feeds the page', () => {
  afterEach(() => goLive());

  it('tells what is live while it is live, nothing of it while it shows the past, and again after', () => {
    const { told, live, feed, recent } = openFeed();
    live.tick(1);
    goToMoment(5);
    live.tick(2);
    live.cut();
    assert.deepEqual(recent(), [0, 0]);
    goLive();
    live.tick(3);
    assert.deepEqual(told, ['tick 1', 'board 1', 'board leaps', 'break', 'board leaps', 'break', 'tick 3', 'board 3']);
    assert.deepEqual(recent(), [1, 1]);
    assert.equal(feed.received, 2);
  });

  it('tells what is played until the next leap', () => {
    const { told, feed, recent } = openFeed();
    goToMoment(5);
    feed.playFrom(() => [[LANE, [tick(7), tick(8)]]]);
    feed.play(LANE, [tick(7)]);
    assert.deepEqual(recent(), [1, 2]);
    goToMoment(9);
    feed.play(LANE, [tick(8)]);
    assert.deepEqual(told, ['board leaps', 'break', 'board 7', 'tick 7', 'board leaps', 'break']);
    assert.deepEqual(recent(), [0, 0]);
  });

  it('tells of a leap by its own name who wants to know', () => {
    const leapt: string[] = [];
    const { told } = openFeed({ onMoment: () => leapt.push('moment') });
    goToMoment(5);
    goLive();
    assert.deepEqual(
      [leapt, told],
      [
        ['moment', 'moment'],
        ['board leaps', 'board leaps'],
      ],
    );
  });
});
