import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PlayedClock } from '../src/moment/played-clock.ts';

const AT = 1_790_000_000_000_000;

function clockAt() {
  const steady = { ms: 5000 };
  return { steady, clock: new PlayedClock(AT, 1, () => steady.ms) };
}

describe('the clock of what is played', () => {
  it('stands still until it runs, and goes on at its speed', () => {
    const { steady, clock } = clockAt();
    clock.allow(Number.POSITIVE_INFINITY);
    steady.ms += 1000;
    assert.equal(clock.now(), AT);
    clock.run(true, 10);
    steady.ms += 1000;
    assert.equal(clock.now(), AT + 10_000_000);
    clock.run(true, 0.1);
    steady.ms += 1000;
    assert.equal(clock.now(), AT + 10_100_000);
    clock.run(false, 0.1);
    steady.ms += 1000;
    assert.equal(clock.now(), AT + 10_100_000);
  });

  it('waits where it does not know what comes, and goes on from there', () => {
    const { steady, clock } = clockAt();
    clock.run(true, 1);
    steady.ms += 3000;
    assert.equal(clock.now(), AT);
    assert.equal(clock.waits, true);
    clock.allow(AT + 2_000_000);
    steady.ms += 1000;
    assert.equal(clock.now(), AT + 1_000_000);
    assert.equal(clock.waits, false);
    steady.ms += 5000;
    assert.equal(clock.now(), AT + 2_000_000);
    clock.allow(AT + 60_000_000);
    assert.equal(clock.now(), AT + 2_000_000);
    steady.ms += 1000;
    assert.equal(clock.now(), AT + 3_000_000);
  });
});
