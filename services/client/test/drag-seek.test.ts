import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { getJson } from '../src/api/http.ts';
import { DragSeek } from '../src/moment/drag-seek.ts';
import { goLive, goToMoment, playedMicros } from '../src/moment/moment.ts';

describe('a hand that drags over the time bar', () => {
  afterEach(() => {
    goLive();
    mock.restoreAll();
    mock.timers.reset();
  });

  /** Passes time; answers take some turns. */
  async function pass(millis: number): Promise<void> {
    for (let passed = 0; passed < millis; passed += 25) {
      now += 25;
      mock.timers.tick(25);
      for (let turns = 0; turns < 3; turns++) await turn();
    }
  }
  let now = 0;

  it('leads the page no faster than it is answered, to the newest moment, and at once when it lets go', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
    const waiting: (() => void)[] = [];
    mock.method(globalThis, 'fetch', async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return Response.json([]);
    });
    const seek = new DragSeek();
    seek.begin();
    seek.move(1000);
    assert.equal(playedMicros(), 1000);
    const asked = getJson('/api/board');
    seek.move(2000);
    await pass(400);
    seek.move(3000);
    await pass(100);
    assert.equal(playedMicros(), 1000, 'its answer is still to come');
    waiting.shift()?.();
    await asked;
    await pass(50);
    assert.equal(playedMicros(), 3000, 'the newest');
    const slow = getJson('/api/board');
    seek.move(4000);
    await pass(900);
    assert.equal(playedMicros(), 3000);
    await pass(200);
    assert.equal(playedMicros(), 4000, 'nobody waits longer than a second');
    seek.move(5000);
    seek.end();
    assert.equal(playedMicros(), 5000);
    waiting.shift()?.();
    await slow;
  });

  it('waits for no answer that is of now', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
    mock.method(globalThis, 'fetch', () => new Promise(() => {}));
    goToMoment(500);
    void getJson('/api/coverage');
    const seek = new DragSeek();
    seek.move(1000);
    seek.move(2000);
    await pass(225);
    assert.equal(playedMicros(), 2000);
    seek.cancel();
  });
});
