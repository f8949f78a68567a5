import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServerClock } from '../src/server-clock.ts';

const HOUR = 3_600_000;

/** A machine whose wall clock is off, and a server that says its time in whole seconds, half way of a round trip. */
class Scene {
  /** The true time, ms. */
  time = 1_800_000_000_250;
  /** Of the wall clock, ms. */
  off = 0;
  /** How long the machine has slept: its steady clock stands still then. */
  slept = 0;
  readonly clock: ServerClock;

  constructor(off: number) {
    this.off = off;
    this.clock = new ServerClock({ wall: () => this.time + this.off, steady: () => this.#steady });
  }

  get #steady(): number {
    return this.time - 1_800_000_000_000 - this.slept;
  }

  /** One answer with a `Date` header. */
  answer(roundTrip = 40): void {
    const sent = this.#steady;
    this.time += roundTrip / 2;
    const second = Math.floor(this.time / 1000) * 1000;
    this.time += roundTrip / 2;
    this.clock.note({ from: second, to: second + 1000 }, sent, this.#steady);
  }

  sleep(millis: number): void {
    this.time += millis;
    this.slept += millis;
  }

  /** How far what it says is from the truth, ms. */
  get error(): number {
    return Math.abs(this.clock.now() - this.time);
  }
}

describe('the server’s clock', () => {
  for (const off of [5 * 60_000, -5 * 60_000, HOUR, -HOUR, 0]) {
    it(`is known to half a second after an answer and ever better, where this machine is ${off / 1000} s off`, () => {
      const scene = new Scene(off);
      assert.equal(scene.error, Math.abs(off));
      scene.answer();
      assert.ok(scene.error <= 520, `${scene.error} ms`);
      for (const step of [330, 470, 610, 790]) {
        scene.time += step;
        scene.answer();
      }
      assert.ok(scene.error <= 250, `${scene.error} ms`);
      assert.ok(scene.error <= scene.clock.uncertainty);
      scene.clock.look();
      assert.ok(Math.abs(scene.clock.skewSeconds(2) - off / 1000) < 1, `${scene.clock.skewSeconds(2)}`);
    });
  }

  it('is not moved by a wall clock that is set back, and comes right again when it is set ahead', () => {
    const scene = new Scene(0);
    scene.answer();
    scene.off = -HOUR;
    assert.ok(scene.clock.look());
    assert.ok(scene.error <= 520);
    scene.off = HOUR;
    // Now it may have slept for two hours; the first answer tells.
    assert.ok(scene.clock.look());
    scene.answer();
    assert.ok(scene.error <= 520, `${scene.error} ms`);
    scene.clock.look();
    assert.ok(scene.clock.skewSeconds(2) > 3598);
  });

  it('goes on through sleep, in which the steady clock stands still, also before an answer comes', () => {
    const scene = new Scene(5 * 60_000);
    scene.answer();
    scene.sleep(8 * HOUR);
    assert.ok(scene.error <= 520, `${scene.error} ms`);
    assert.ok(scene.clock.uncertainty > HOUR);
    scene.answer();
    assert.ok(scene.error <= 520, `${scene.error} ms`);
    assert.ok(scene.clock.uncertainty <= 520);
  });

  it('takes a live tick for a lower bound, and never one from the future beyond what answers say', () => {
    const scene = new Scene(HOUR);
    scene.answer(2000);
    const before = scene.clock.uncertainty;
    scene.clock.noteTick(scene.time - 10);
    const error = scene.error;
    assert.ok(error <= before);
    // A publisher whose clock is four minutes ahead.
    scene.clock.noteTick(scene.time + 240_000);
    assert.ok(scene.error <= 2 * before, `${scene.error} ms`);
    scene.answer(20);
    assert.ok(scene.error <= 1000, `${scene.error} ms`);
  });

  it('follows a server whose clock was set', () => {
    const scene = new Scene(0);
    scene.answer();
    scene.clock.note({ from: scene.time + HOUR, to: scene.time + HOUR + 1 }, 300, 310);
    assert.ok(Math.abs(scene.clock.now() - scene.time - HOUR) < 1000);
  });
});
