import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { afterEach, describe, it, mock } from 'node:test';
import type { LiveTick } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import { ChannelFeed } from '../src/live/channel-feed.ts';
import { SeamCursor } from '../src/live/seam.ts';

/** A live feed whose channels this test speaks on. */
function startFeed() {
  const channels = new Map<string, EventEmitter>();
  mock.method(Centrifuge.prototype, 'connect', () => {});
  mock.method(Centrifuge.prototype, 'newSubscription', (channel: string) => {
    const subscription = Object.assign(new EventEmitter(), { subscribe: () => {} });
    channels.set(channel, subscription);
    return subscription;
  });
  const feed = new ChannelFeed('ws://127.0.0.1:1');
  feed.watch(['NASDAQ', 'NYSE']);
  const publish = (channel: string, seqs: readonly number[], lane?: string): void => {
    const ticks = seqs.map((seq): LiveTick => {
      const timestamp = `2026-11-22T10:00:00.${String(seq).padStart(6, '0')}Z`;
      return { stock_name: 'A', exchange_name: channel, price: seq, timestamp, seq };
    });
    channels.get(channel)?.emit('publication', { data: lane === undefined ? { ticks } : { ticks, lane } });
  };
  return { feed, publish, channel: (name: string) => channels.get(name) ?? assert.fail(`nobody listens to ${name}`) };
}

const heldBy = (feed: ChannelFeed) =>
  Object.fromEntries([...feed.recent()].map(([lane, ticks]) => [lane, ticks.map(({ seq }) => seq)]));

describe('the live feed', () => {
  afterEach(() => mock.restoreAll());

  it('sees no hole where two lanes of one channel come in turn, and one where a lane leaves a tick out', () => {
    const { feed, publish } = startFeed();
    const cursor = new SeamCursor();
    cursor.start(
      new Map([
        ['NASDAQ/0', 10],
        ['NASDAQ/1', 500],
      ]),
    );
    const taken: string[] = [];
    let holes = 0;
    feed.listen({
      onTicks(lane, ticks) {
        const { fresh, hole } = cursor.take(lane, ticks);
        taken.push(...fresh.map(({ seq }) => `${lane} ${seq}`));
        if (hole) holes++;
      },
      onBreak: () => assert.fail('nothing broke'),
    });
    publish('NASDAQ', [10, 11], 'NASDAQ/0');
    publish('NASDAQ', [501], 'NASDAQ/1');
    publish('NASDAQ', [12], 'NASDAQ/0');
    publish('NASDAQ', [501, 502], 'NASDAQ/1');
    assert.deepEqual(taken, ['NASDAQ/0 11', 'NASDAQ/1 501', 'NASDAQ/0 12', 'NASDAQ/1 502']);
    assert.equal(holes, 0);
    assert.deepEqual(heldBy(feed), { 'NASDAQ/0': [10, 11, 12], 'NASDAQ/1': [501, 502] });
    publish('NASDAQ', [504], 'NASDAQ/1');
    assert.equal(holes, 1);
  });

  it('takes an exchange that names no lane for its single one', () => {
    const { feed, publish } = startFeed();
    publish('NYSE', [1, 2]);
    assert.deepEqual(heldBy(feed), { 'NYSE/0': [1, 2] });
  });

  it('forgets all lanes of a channel that could not be recovered, and no other’s', () => {
    const { feed, publish, channel } = startFeed();
    let breaks = 0;
    feed.listen({ onTicks: () => {}, onBreak: () => breaks++ });
    publish('NASDAQ', [1], 'NASDAQ/0');
    publish('NASDAQ', [1], 'NASDAQ/1');
    publish('NYSE', [1]);
    channel('NASDAQ').emit('subscribed', { wasRecovering: true, recovered: false });
    assert.deepEqual(heldBy(feed), { 'NYSE/0': [1] });
    assert.equal(breaks, 1);
    channel('NYSE').emit('subscribed', { wasRecovering: true, recovered: true });
    assert.deepEqual(heldBy(feed), { 'NYSE/0': [1] });
  });
});
