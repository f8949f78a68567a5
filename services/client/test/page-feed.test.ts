import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { signal } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';
import type { LiveFeed, LiveListener } from '../src/live/live-feed.ts';
import { goLive, goToMoment } from '../src/moment/moment.ts';
import { PageFeed } from '../src/moment/page-feed.ts';

const LANE: LaneName = 'NASDAQ/0';
const tick = (price: number): LiveTick => ({
  ...{ stock_name: 'A', exchange_name: 'NASDAQ', price, timestamp: '2026-11-20T14:00:00.000000Z', seq: price },
});

function openFeed(listener: Partial<LiveListener> = {}) {
  const told: string[] = [];
  let live: LiveListener | undefined;
  const channels = {
    state: signal({ state: 'live', since: 0 }),
    ready: async () => {},
    *recent() {
      yield [LANE, [tick(1)]];
    },
    listen: (its: LiveListener) => {
      live = its;
    },
  };
  const feed = new PageFeed(channels as unknown as LiveFeed);
  feed.listen({
    onTicks: (_lane, ticks) => told.push(...ticks.map(({ price }) => `tick ${price}`)),
    onBreak: () => told.push('break'),
    ...listener,
  });
  return { feed, told, live: live as unknown as LiveListener };
}

describe('what feeds the page', () => {
  afterEach(() => goLive());

  it('tells live ticks while it is live, none while it shows the past, and them again after', () => {
    const { told, live, feed } = openFeed();
    live.onTicks(LANE, [tick(1)]);
    goToMoment(5);
    live.onTicks(LANE, [tick(2)]);
    live.onBreak();
    assert.deepEqual([...feed.recent()], []);
    goLive();
    live.onTicks(LANE, [tick(3)]);
    assert.deepEqual(told, ['tick 1', 'break', 'break', 'tick 3']);
    assert.equal([...feed.recent()].length, 1);
  });

  it('tells what is played until the next leap', () => {
    const { told, feed } = openFeed();
    goToMoment(5);
    feed.playFrom(() => [[LANE, [tick(7)]]]);
    feed.play(LANE, [tick(7)]);
    assert.deepEqual([...feed.recent()], [[LANE, [tick(7)]]]);
    goToMoment(9);
    feed.play(LANE, [tick(8)]);
    assert.deepEqual(told, ['break', 'tick 7', 'break']);
    assert.deepEqual([...feed.recent()], []);
  });

  it('tells of a leap by its own name who wants to know', () => {
    const leapt: string[] = [];
    const { told } = openFeed({ onMoment: () => leapt.push('moment') });
    goToMoment(5);
    goLive();
    assert.deepEqual([leapt, told], [['moment', 'moment'], []]);
  });
});
