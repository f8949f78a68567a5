import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClockWatch, nowMicros, WallClock } from '../src/index.ts';

const START = 1_795_000_000_000.25;
const DAY = 86_400_000;

/** A machine whose clocks are set by hand; `wall` is the true system time in ms, of which programs see whole ms only. */
class Machine {
  wall = START;
  monotonic = 17.5;
  readonly clock = new WallClock(
    () => Math.floor(this.wall),
    () => this.monotonic,
  );

  run(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }

  /** How far the clock is from the truth, in ms. */
  get error(): number {
    return this.clock.micros() / 1000 - this.wall;
  }
}

describe('the clock', () => {
  it('has microseconds between two milliseconds and never goes back while the system clock runs', () => {
    const machine = new Machine();
    const steps = new Set<number>();
    let last = machine.clock.micros();
    for (let i = 0; i < 50_000; i++) {
      machine.run(152 / 4096);
      const now = machine.clock.micros();
      assert.ok(now >= last, `${now} after ${last}`);
      steps.add(now - last);
      last = now;
    }
    assert.ok(Math.abs(machine.error) < 0.05, `off by ${machine.error} ms`);
    assert.ok(steps.has(37) && steps.has(38));
  });

  for (const step of [3 * DAY, 5, -5, -3600_000, -3 * DAY]) {
    it(`follows a step of ${step} ms`, () => {
      const machine = new Machine();
      for (let i = 0; i < 100; i++) {
        machine.run(0.77);
        machine.clock.micros();
      }
      machine.wall += step;
      machine.run(1);
      assert.ok(Math.abs(machine.error) <= 1, `off by ${machine.error} ms`);
    });
  }

  it('follows the sleep of a machine, in which the monotonic clock stands still', () => {
    const machine = new Machine();
    machine.clock.micros();
    machine.wall += DAY;
    machine.run(1);
    assert.ok(Math.abs(machine.error) <= 1);
  });

  for (const pace of [0.9995, 1.0005]) {
    it(`stays with a system clock that goes ${pace} times as fast, without going back`, () => {
      const machine = new Machine();
      let last = machine.clock.micros();
      for (let i = 0; i < 200_000; i++) {
        machine.monotonic += 0.31;
        machine.wall += 0.31 * pace;
        const now = machine.clock.micros();
        assert.ok(now >= last);
        last = now;
      }
      assert.ok(Math.abs(machine.error) < 1.5, `off by ${machine.error} ms`);
    });
  }

  it('is not led astray by a pause between the readings of two clocks', () => {
    let calls = 0;
    const machine = new Machine();
    const pause = () => {
      if (++calls % 7 === 0) machine.run(40);
    };
    const clock = new WallClock(
      () => {
        pause();
        return Math.floor(machine.wall);
      },
      () => {
        pause();
        return machine.monotonic;
      },
    );
    let last = 0;
    for (let i = 0; i < 10_000; i++) {
      machine.run(0.4);
      const now = clock.micros();
      assert.ok(now >= last && now / 1000 <= machine.wall + 1.001);
      last = now;
    }
  });

  it('is the one of this machine', () => {
    assert.ok(Math.abs(nowMicros() / 1000 - Date.now()) < 1000);
  });
});

describe('the watch over the clock', () => {
  it('tells a step once, with its size, in either direction', () => {
    const watch = new ClockWatch();
    assert.equal(watch.observe(1_000_000_000, 500), undefined);
    assert.equal(watch.observe(1_001_000_000, 1500), undefined);
    assert.equal(watch.observe(3_602_000_000, 2500), 2_600_000_000);
    assert.equal(watch.observe(3_603_000_000, 3500), undefined);
    assert.equal(watch.observe(1_604_000_000, 4500), -2_000_000_000);
  });

  it('tells the sleep of the machine as a step', () => {
    const watch = new ClockWatch();
    watch.observe(0, 0);
    assert.equal(watch.observe(7_200_000_000, 20), 7_199_980_000);
  });

  it('tells nothing of a clock that NTP lets go fast or slow, however rarely it looks', () => {
    for (const pace of [0.9995, 1.0005]) {
      for (const every of [1000, 3_600_000]) {
        const watch = new ClockWatch();
        for (let at = 0; at < 20 * every; at += every) {
          assert.equal(watch.observe(1.79e15 + Math.round(at * pace * 1000), at), undefined);
        }
      }
    }
  });
});
