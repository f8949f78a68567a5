import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Played } from '../src/replay/played.ts';
import { Player } from '../src/replay/player.ts';
import type { Speed } from '../src/replay/replay-clock.ts';
import { Random } from './random.ts';
import { type ArrivedTick, arrived, BEGIN, FakeTimeline, pagesOf } from './replay-kit.ts';

const RANGE_MS = 600_000;

/** How far a replay may be at most: it goes at its speed whenever it is to, and nobody is ever slow. */
class Oracle {
  #moment = BEGIN as number;
  #since = 0;
  speed: Speed = 1;
  isPaused = false;
  isHeard = false;

  at(now: number): number {
    if (this.isPaused || !this.isHeard) return this.#moment;
    return this.speed === 'unpaced' ? Number.POSITIVE_INFINITY : this.#moment + (now - this.#since) * 1000 * this.speed;
  }

  change(now: number, how: () => void, moment = this.at(now)): void {
    this.#moment = moment;
    this.#since = now;
    how();
  }
}

function someTicks(random: Random): readonly ArrivedTick[] {
  const times: [number, number][] = [];
  let clock = 0;
  while (clock < RANGE_MS) {
    clock += random.pick([0, 0, 1, 3, 40, 40, 300, random.integer(0, 5000)]);
    const late = random.integer(0, 19) === 0 ? Math.min(clock, random.integer(1, 5000)) : 0;
    times.push([clock - late, clock]);
  }
  return arrived(times);
}

/** One walk: whatever is done to it meanwhile, the ticks of each seek are those that came behind it, in order and in time. */
async function walk(seed: number): Promise<number> {
  const random = new Random(seed);
  const timeline = new FakeTimeline();
  const ticks = someTicks(random);
  const heard: (Played & { readonly most: number })[] = [];
  const oracle = new Oracle();
  const seeks = [BEGIN as number];
  let awayUntil = -1;
  const isSlow = random.integer(0, 1) === 1;
  const player = new Player({
    read: pagesOf(ticks, async () => {
      await timeline.after(random.pick([0, 5, 50, isSlow ? 3000 : 0]));
      if (random.integer(0, 9) === 0) throw new Error('the database is away');
    }),
    timeline,
    from: BEGIN,
    to: (BEGIN + RANGE_MS * 1000) as EpochMicros,
    speed: 1,
    ticksPerSecond: random.pick([500, 20_000, 1_000_000]),
    mayRetry: true,
    messageBytes: 60_000,
    sink: {
      publish: async (played) => {
        if (random.integer(0, 19) === 0) awayUntil = timeline.now() + random.pick([0, 100, 20_000]);
        if (timeline.now() <= awayUntil) {
          await timeline.after(random.pick([1, 100]));
          throw new Error('the server is away');
        }
        heard.push({ ...played, most: oracle.at(timeline.now()) });
        await timeline.after(random.pick([0, 0, 0, 1, 20, isSlow ? 700 : 0]));
      },
    },
  });
  const running = player.run();
  let operations = 0;
  const hear = (isHeard: boolean): void => {
    oracle.change(timeline.now(), () => {
      oracle.isHeard = isHeard;
    });
    player.setHeard(isHeard);
  };
  const hold = (isPaused: boolean): void => {
    oracle.change(timeline.now(), () => {
      oracle.isPaused = isPaused;
    });
    if (isPaused) player.pause();
    else player.resume();
  };
  const seek = (moment: number): void => {
    seeks.push(moment);
    oracle.change(timeline.now(), () => {}, moment);
    player.seek(moment as EpochMicros);
  };
  const setSpeed = (speed: Speed): void => {
    // Behind what was taken as fast as it could be, it goes on from where it is, which is at a tick or at the end.
    const from = oracle.speed === 'unpaced' ? player.time : oracle.at(timeline.now());
    oracle.change(timeline.now(), () => {}, from);
    oracle.speed = speed;
    player.setSpeed(speed);
  };
  hear(true);
  for (; operations < 25; operations++) {
    await timeline.go(random.pick([0, 1, 10, 100, 1000, 10_000]));
    random.pick([
      () => hear(false),
      () => hear(true),
      () => hold(true),
      () => hold(false),
      () => seek(BEGIN + random.integer(0, RANGE_MS * 1000)),
      () => seek(random.pick(ticks).time),
      () => setSpeed(random.pick([0.1, 1, 10, 100, 1000, 'unpaced'])),
    ])();
  }
  hear(true);
  hold(false);
  setSpeed(random.pick([10, 1000, 'unpaced']));
  await timeline.go(2_000_000);
  assert.equal(player.state, 'ended', `seed ${seed}`);
  const byPlace = (moment: number) => ticks.filter(({ time }) => time >= moment).map(({ seq }) => seq);
  for (const [seek, moment] of seeks.entries()) {
    const found = heard
      .filter((played) => played.seek === seek)
      .flatMap((played) => played.ticks.map(({ seq }) => seq));
    const expected = byPlace(moment);
    const isLast = seek === seeks.length - 1;
    assert.deepEqual(found, isLast ? expected : expected.slice(0, found.length), `seed ${seed}, seek ${seek}`);
  }
  for (const { ticks: some, time, most, seek } of heard) {
    const clocks = some.map(({ seq }) => (ticks[seq - 1] as ArrivedTick).clock);
    assert.ok(Math.max(...clocks) <= most + 1, `seed ${seed}: a tick is early`);
    assert.ok(Math.max(...clocks) <= time || most === Number.POSITIVE_INFINITY, `seed ${seed}: told time is behind`);
    assert.ok(seek < seeks.length && some.length <= 500);
  }
  player.close();
  await timeline.go(10_000);
  await running;
  return operations;
}

it('whatever a replay is told, and however slow or broken what is around it is: no tick missing, none twice, none early', async () => {
  let operations = 0;
  for (let seed = 1; seed <= 40; seed++) operations += await walk(seed);
  assert.ok(operations >= 200);
});
