import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Played } from '../src/replay/played.ts';
import { Player } from '../src/replay/player.ts';
import type { PlayerOptions } from '../src/replay/player-options.ts';
import { type ArrivedTick, arrived, BEGIN, FakeTimeline, pagesOf } from './replay-kit.ts';

interface Heard extends Played {
  /** When it went out. */
  readonly at: number;
}

function play(ticks: readonly ArrivedTick[], options: Partial<PlayerOptions> = {}) {
  const timeline = new FakeTimeline();
  const heard: Heard[] = [];
  const player = new Player({
    read: pagesOf(ticks),
    timeline,
    from: BEGIN,
    to: (BEGIN + 3_600_000_000) as EpochMicros,
    speed: 1,
    ticksPerSecond: 1_000_000,
    mayRetry: true,
    messageBytes: 60_000,
    sink: { publish: async (played) => void heard.push({ ...played, at: timeline.now() }) },
    ...options,
  });
  const running = player.run();
  running.catch(() => {});
  const stop = async (): Promise<void> => {
    player.close();
    await timeline.go(60_000);
    await running;
  };
  return { timeline, player, heard, running, stop };
}

const seqs = (heard: readonly Played[]): readonly number[] => heard.flatMap(({ ticks }) => ticks.map(({ seq }) => seq));
const moment = (ms: number): EpochMicros => (BEGIN + ms * 1000) as EpochMicros;

describe('a player', () => {
  it('plays nothing before it is heard, then each tick when it is due, alone, to the µs, and says when it has ended', async () => {
    const { timeline, player, heard, stop } = play(arrived([10, 10.5, 250, [180, 250], 700]));
    await timeline.go(5000);
    assert.equal(player.state, 'waiting');
    assert.equal(heard.length, 0);
    player.setHeard(true);
    await timeline.go(10_000);
    const withTicks = heard.filter(({ ticks }) => ticks.length > 0);
    assert.deepEqual(
      withTicks.map(({ at, ticks }) => [at, ticks.map(({ seq }) => seq)]),
      [
        [5010, [1]],
        [5010.5, [2]],
        // One that came late is at the place where it came.
        [5250, [3, 4]],
        [5700, [5]],
      ],
    );
    assert.equal(heard[0]?.state, 'playing');
    assert.equal(heard.at(-1)?.state, 'ended');
    assert.equal(player.time, BEGIN + 3_600_000_000);
    await stop();
  });

  it('goes as many times as fast as it is told, and as fast as it is taken', async () => {
    const times = Array.from({ length: 3000 }, (_, i) => i * 10);
    for (const [speed, ms] of [
      [0.1, 299_900],
      [10, 2999],
      [1000, 29.99],
    ] as const) {
      const { timeline, player, heard, stop } = play(arrived(times), { speed });
      player.setHeard(true);
      await timeline.go(ms - 0.005);
      assert.equal(seqs(heard).length, 2999, `×${speed}: the last one is not early`);
      await timeline.go(0.01);
      assert.equal(seqs(heard).length, 3000, `×${speed}: nor late`);
      await stop();
    }
    const { timeline, player, heard, stop } = play(arrived(times), { speed: 'unpaced' });
    player.setHeard(true);
    await timeline.go(0.01);
    assert.deepEqual(
      seqs(heard),
      times.map((_, i) => i + 1),
    );
    assert.ok(heard.every(({ ticks }) => ticks.length <= 500));
    assert.equal(heard.at(-1)?.state, 'ended');
    await stop();
  });

  it('tells what time it is while nothing happens, and how it is whenever that changes', async () => {
    const { timeline, player, heard, stop } = play(arrived([0, 10_000]));
    player.setHeard(true);
    await timeline.go(3500);
    const quiet = heard.slice(2);
    assert.deepEqual(
      quiet.map(({ time, ticks }) => [time, ticks.length]),
      [1000, 2000, 3000].map((ms) => [moment(ms), 0]),
    );
    player.pause();
    await timeline.go(60_000);
    assert.deepEqual([heard.at(-1)?.state, heard.at(-1)?.time], ['paused', moment(3500)]);
    player.setSpeed(2);
    player.resume();
    await timeline.go(1);
    assert.deepEqual([heard.at(-1)?.state, heard.at(-1)?.speed], ['playing', 2]);
    player.seek(moment(9000));
    await timeline.go(499);
    assert.deepEqual([heard.at(-1)?.seek, seqs(heard)], [1, [1]]);
    await timeline.go(2);
    assert.deepEqual(seqs(heard), [1, 2]);
    await stop();
  });

  it('stands still while nobody listens, and goes on where it was', async () => {
    const { timeline, player, heard, stop } = play(arrived([100, 200, 300]));
    player.setHeard(true);
    await timeline.go(150);
    player.setHeard(false);
    assert.equal(player.state, 'waiting');
    await timeline.go(20_000);
    assert.deepEqual(seqs(heard), [1]);
    player.setHeard(true);
    await timeline.go(49);
    assert.deepEqual(seqs(heard), [1]);
    await timeline.go(2);
    assert.deepEqual(seqs(heard), [1, 2]);
    await stop();
  });

  it('is slowed by who listens slowly: its time is stretched, and it leaves nothing out', async () => {
    const times = Array.from({ length: 200 }, (_, i) => i * 100);
    const timeline = new FakeTimeline();
    const heard: Heard[] = [];
    const { player, stop } = play(arrived(times), {
      timeline,
      sink: {
        publish: async (played) => {
          heard.push({ ...played, at: timeline.now() });
          await timeline.after(1000);
        },
      },
    });
    player.setHeard(true);
    await timeline.go(40_000);
    // 250 ms of what is due can be caught up with at once; the rest waits, a second for each message.
    assert.ok(heard.every(({ ticks }) => ticks.length <= 4));
    const all = seqs(heard);
    assert.deepEqual(
      all,
      all.map((_, i) => i + 1),
    );
    assert.ok(all.length > 80 && all.length < 160, `${all.length} ticks`);
    assert.ok(player.behindMs > 20_000, `${player.behindMs} ms behind`);
    const last = heard.at(-1) as Heard;
    assert.ok(Math.abs((last.time - BEGIN) / 1000 + player.behindMs - 40_000) < 2500);
    await timeline.go(60_000);
    await stop();
  });

  it('publishes no more than it may', async () => {
    const { timeline, player, heard, stop } = play(arrived(Array.from({ length: 20_000 }, () => 1)), {
      speed: 'unpaced',
      ticksPerSecond: 2000,
    });
    player.setHeard(true);
    await timeline.go(4000);
    const count = seqs(heard).length;
    assert.ok(count > 8000 && count <= 8500, `${count} ticks in four seconds`);
    assert.ok(heard.length < 300, `${heard.length} messages`);
    await stop();
  });

  it('publishes the same message again when the server was away, and goes on', async () => {
    let away = true;
    const tried: string[] = [];
    const heard: Played[] = [];
    const { timeline, player, stop } = play(arrived([10, 20, 500]), {
      sink: {
        publish: async (played) => {
          if (played.ticks.length > 0) tried.push(JSON.stringify(played));
          if (away && played.ticks.length > 0) throw new Error('away');
          heard.push(played);
        },
      },
    });
    player.setHeard(true);
    await timeline.go(3000);
    assert.ok(tried.length > 2);
    assert.equal(new Set(tried).size, 1);
    assert.deepEqual(seqs(heard), []);
    away = false;
    await timeline.go(20_000);
    assert.deepEqual(seqs(heard), [1, 2, 3]);
    assert.ok(player.behindMs > 2000);
    await stop();
  });

  it('publishes first what may have arrived, though it is paused meanwhile: nothing is heard twice', async () => {
    // As a live server does: the same message again is heard once, as long as no other came between.
    let unsure: Played | undefined;
    let isLost = true;
    const heard: Played[] = [];
    const publish = async (played: Played) => {
      if (played !== unsure) heard.push(played);
      unsure = played;
      if (played.ticks.length > 0 && isLost) throw new Error('no answer came');
      unsure = undefined;
    };
    const { timeline, player, stop } = play(arrived([10, 500]), { sink: { publish } });
    player.setHeard(true);
    await timeline.go(50);
    assert.deepEqual(seqs(heard), [1]);
    player.pause();
    await timeline.go(10);
    isLost = false;
    await timeline.go(30_000);
    assert.equal(heard.at(-1)?.state, 'paused');
    player.resume();
    await timeline.go(30_000);
    assert.deepEqual(seqs(heard), [1, 2]);
    await stop();
  });

  it('says how it is as soon as the server is back', async () => {
    let away = true;
    const heard: Played[] = [];
    const sink = {
      publish: async (played: Played) => {
        if (away) throw new Error('away');
        heard.push(played);
      },
    };
    const { timeline, player, stop } = play(arrived([10, 20]), { sink });
    player.setHeard(true);
    await timeline.go(1000);
    player.pause();
    await timeline.go(1000);
    away = false;
    await timeline.go(10_000);
    assert.deepEqual(
      heard.map(({ state, ticks }) => [state, ticks.length]),
      [['paused', 0]],
    );
    await stop();
  });

  it('stands still until what was is read', async () => {
    const timeline = new FakeTimeline();
    const ticks = arrived([...Array.from({ length: 1000 }, (_, i) => i), 1010]);
    let pages = 0;
    const read = pagesOf(ticks, () => timeline.after(pages++ === 0 ? 0 : 5000));
    const { player, heard, stop } = play(ticks, { timeline, read });
    player.setHeard(true);
    await timeline.go(5010.5);
    assert.equal(seqs(heard).length, 1000);
    await timeline.go(1);
    assert.equal(seqs(heard).length, 1001);
    assert.ok(player.behindMs > 3990 && player.behindMs < 4010, `${player.behindMs} ms behind`);
    await stop();
  });

  it('tells what time it is while what comes next can’t be read, and by how much it is behind', async () => {
    const timeline = new FakeTimeline();
    const ticks = arrived(Array.from({ length: 1100 }, (_, i) => i));
    let pages = 0;
    const read = pagesOf(ticks, async () => {
      if (pages++ > 0) throw new Error('the database is away');
    });
    const { player, heard, stop } = play(ticks, { timeline, read });
    player.setHeard(true);
    await timeline.go(11_000);
    const told = heard.slice(heard.findLastIndex((played) => played.ticks.length > 0) + 1);
    assert.ok(told.length >= 8, `${told.length} messages while it waits`);
    assert.ok(told.every(({ state, time }) => state === 'playing' && time === told[0]?.time));
    assert.ok(player.behindMs > 9000, `${player.behindMs} ms behind`);
    player.pause();
    const behind = player.behindMs;
    await timeline.go(5000);
    assert.equal(player.behindMs, behind, 'a pause is no delay');
    await stop();
  });

  it('goes on where another run was', async () => {
    const ticks = arrived(Array.from({ length: 9000 }, (_, i) => i));
    const first = play(ticks, { speed: 'unpaced' });
    first.player.setHeard(true);
    await first.timeline.go(1);
    for (const heard of [first.heard[1], first.heard[4], first.heard[11]] as const) {
      const until = seqs(first.heard.slice(0, first.heard.indexOf(heard as Heard) + 1)).length;
      const second = play(ticks, { speed: 'unpaced', place: heard?.place });
      second.player.setHeard(true);
      await second.timeline.go(1);
      assert.equal(seqs(second.heard)[0], until + 1);
      assert.equal(seqs(second.heard).length, 9000 - until);
      await second.stop();
    }
    await first.stop();
  });
});
