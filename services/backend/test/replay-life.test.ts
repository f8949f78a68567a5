import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { ReplayChannel } from '@tickwatch/live';
import { ChannelReplay, type ReplayEnd } from '../src/replay/channel-replay.ts';
import { arrived, BEGIN, FakeTimeline, pagesOf } from './replay-kit.ts';

function open(longestMs = 3_600_000) {
  const timeline = new FakeTimeline();
  const over: [ReplayEnd, number][] = [];
  let changed: (listeners: number) => void = () => {};
  const channel = {
    name: 'replay:x',
    listeners: 0,
    publish: async () => {},
    onListeners: (tell: typeof changed) => {
      changed = tell;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const ticks = arrived([0, 1000, 50_000]);
  const replay = new ChannelReplay({
    id: 'x',
    channel: channel satisfies ReplayChannel,
    question: {
      from: BEGIN,
      to: (BEGIN + 60_000_000) as EpochMicros,
      speed: 1,
      exchange: undefined,
      stocks: undefined,
    },
    isComplete: true,
    timeline,
    read: pagesOf(ticks),
    ticksPerSecond: 1000,
    longestMs,
    onOver: (why) => over.push([why, timeline.now()]),
  });
  const listen = (listeners: number): void => {
    channel.listeners = listeners;
    changed(listeners);
  };
  return { timeline, over, listen, replay };
}

it('a replay waits half a minute for its first listener, and again whenever the last one has left', async () => {
  const unheard = open();
  await unheard.timeline.go(29_999);
  assert.deepEqual(unheard.over, []);
  await unheard.timeline.go(2);
  assert.deepEqual(unheard.over, [['unheard', 30_000]]);

  const { timeline, over, listen, replay } = open();
  await timeline.go(20_000);
  listen(1);
  await timeline.go(5000);
  listen(2);
  listen(0);
  await timeline.go(29_000);
  assert.deepEqual([replay.state, over], ['waiting', []]);
  listen(1);
  await timeline.go(300_000);
  assert.deepEqual([replay.state, over], ['ended', []], 'who listens may set it back');
  listen(0);
  await timeline.go(30_000);
  assert.deepEqual(over, [['unheard', 384_000]]);
});

it('a replay is over after its longest time, whoever listens', async () => {
  const { timeline, over, listen } = open(60_000);
  listen(1);
  await timeline.go(70_000);
  assert.deepEqual(over, [['too long', 60_000]]);
});
