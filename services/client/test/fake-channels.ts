import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import type { LiveTick } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import { ChannelFeed } from '../src/live/channel-feed.ts';
import { LaneBook } from '../src/live/lane-book.ts';

/** `10:00:00` and so many µs. */
export function timeOf(micros: number): string {
  return `2026-11-22T10:00:00.${String(micros).padStart(6, '0')}Z`;
}

/** A live feed whose server this test is; channels are asked for, and open when the test says so. */
export function startFeed() {
  const channels = new Map<string, EventEmitter & { channel: string }>();
  mock.method(Centrifuge.prototype, 'connect', () => {});
  mock.method(Centrifuge.prototype, 'newSubscription', (channel: string) => {
    assert.ok(!channels.has(channel), `${channel} is asked for twice`);
    const subscription = Object.assign(new EventEmitter(), { channel, subscribe: () => {} });
    channels.set(channel, subscription);
    return subscription;
  });
  mock.method(Centrifuge.prototype, 'removeSubscription', ({ channel }: { channel: string }) =>
    channels.delete(channel),
  );
  const book = new LaneBook();
  const feed = new ChannelFeed('ws://127.0.0.1:1', book);
  const channel = (name: string) => channels.get(name) ?? assert.fail(`nobody listens to ${name}`);
  return {
    feed,
    book,
    /** The channels that are asked for, without the boards. */
    asked: () => [...channels.keys()].filter((name) => !name.startsWith('board:')).sort(),
    open: (name: string, more: { wasRecovering?: boolean; recovered?: boolean } = {}) =>
      channel(name).emit('subscribed', { wasRecovering: false, recovered: false, ...more }),
    refuse: (name: string) => channel(name).emit('unsubscribed', { code: 102 }),
    /** Ticks of stock A. */
    publish: (name: string, exchange: string, seqs: readonly number[], lane?: string) => {
      const ticks = seqs.map(
        (seq): LiveTick => ({ stock_name: 'A', exchange_name: exchange, price: seq, timestamp: timeOf(seq), seq }),
      );
      channel(name).emit('publication', { data: lane === undefined ? { ticks } : { ticks, lane } });
    },
    /** A message of a board of which each row is a stock and its price. */
    tell: (lane: string, seq: number, ticks: number, rows: Readonly<Record<string, number>>, more: object = {}) => {
      const name = `board:${lane.slice(0, lane.indexOf('/'))}`;
      const flat = Object.entries(rows).flatMap(([stock, price], row) => [stock, price, row]);
      channel(name).emit('publication', { data: { lane, seq, ticks, time: 1_000_000 + seq, rows: flat, ...more } });
    },
  };
}
