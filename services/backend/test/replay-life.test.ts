import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import { MAX_REPLAY_MESSAGE_BYTES, type ReplayChannel } from '@tickwatch/live';
import { BadQuestionError } from '@tickwatch/store';
import { ChannelReplay, type ReplayEnd } from '../src/replay/channel-replay.ts';
import { type ArrivedTick, arrived, BEGIN, FakeTimeline, pagesOf } from './replay-kit.ts';

interface ReplayMessage {
  readonly ticks: readonly { readonly seq: number }[];
  readonly replay: { readonly state: string; readonly skipped?: number };
}

function open({
  longestMs = 3_600_000,
  ticks = arrived([0, 1000, 50_000]),
  before = async (): Promise<void> => {},
} = {}) {
  const timeline = new FakeTimeline();
  const over: [ReplayEnd, number][] = [];
  const published: ReplayMessage[] = [];
  const skipped: SequencedTick[] = [];
  let changed: (listeners: number) => void = () => {};
  const channel = {
    name: 'replay:x',
    listeners: 0,
    publish: async (data: string) => {
      if (data.length > MAX_REPLAY_MESSAGE_BYTES) throw new Error('too long');
      published.push(JSON.parse(data));
    },
    onListeners: (tell: typeof changed) => {
      changed = tell;
    },
    [Symbol.asyncDispose]: async () => {
      channel.listeners = 0;
      changed(0);
    },
  };
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
    read: pagesOf(ticks, before),
    ticksPerSecond: 1000,
    longestMs,
    onSkip: (tick) => skipped.push(tick),
    onOver: (why) => over.push([why, timeline.now()]),
  });
  const listen = (listeners: number): void => {
    channel.listeners = listeners;
    changed(listeners);
  };
  return { timeline, over, listen, replay, published, skipped };
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
  const { timeline, over, listen } = open({ longestMs: 60_000 });
  listen(1);
  await timeline.go(70_000);
  assert.deepEqual(over, [['too long', 60_000]]);
});

it('a replay whose next page can never be read plays what was read, and is over', async () => {
  let pages = 0;
  const ticks = arrived(Array.from({ length: 1500 }, (_, i) => i * 20));
  const before = async (): Promise<void> => {
    if (++pages > 1) throw new BadQuestionError('cursor', 'the day was sealed meanwhile');
  };
  const { timeline, over, listen, replay, published } = open({ ticks, before });
  listen(1);
  await timeline.go(10_000);
  assert.deepEqual([replay.state, over], ['playing', []]);
  await timeline.go(15_000);
  assert.deepEqual(
    over.map(([why]) => why),
    ['its place is gone'],
  );
  assert.equal(published.flatMap(({ ticks: some }) => some).length, 1000);
  assert.equal(pages, 2, 'it is not asked for again');
  const ended = replay.end();
  await timeline.go(1);
  await ended;
  assert.equal(published.at(-1)?.replay.state, 'ended');
});

it('a replay that was ended waits for nothing more: a service that stops is not held up', async () => {
  const { timeline, over, listen, replay, published } = open();
  listen(1);
  await timeline.go(100);
  const ended = replay.end();
  await timeline.go(1);
  await ended;
  assert.equal(published.at(-1)?.replay.state, 'ended');
  assert.equal(timeline.waiting, 0);
  assert.deepEqual(over, []);
});

it('whoever joins a replay that stands still hears at once how it is', async () => {
  const { timeline, listen, replay, published } = open();
  listen(1);
  await timeline.go(100);
  replay.player.pause();
  await timeline.go(100);
  const before = published.length;
  listen(2);
  await timeline.go(1);
  assert.deepEqual(
    published.slice(before).map((message) => message.replay.state),
    ['paused'],
  );
  listen(1);
  await timeline.go(1);
  assert.equal(published.length, before + 1, 'who leaves is told nothing');
});

it('a tick that is too long for a message is left out, which is said, and those behind it come', async () => {
  const [one, long, ...others] = arrived([0, 100, 200, 300]);
  const poison = { ...long, stock: 'X'.repeat(20_000) } as ArrivedTick;
  const { timeline, listen, replay, published, skipped } = open({ ticks: [one as ArrivedTick, poison, ...others] });
  listen(1);
  await timeline.go(1000);
  assert.deepEqual(
    published.flatMap(({ ticks }) => ticks.map(({ seq }) => seq)),
    [1, 3, 4],
  );
  assert.deepEqual([replay.ticks, replay.skipped], [3, 1]);
  assert.deepEqual(
    skipped.map(({ seq }) => seq),
    [2],
  );
  assert.equal(published.at(-1)?.replay.skipped, 1);
  assert.equal(published[1]?.replay.skipped, undefined);
});
