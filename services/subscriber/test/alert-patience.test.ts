import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Patience } from '../src/alerts/patience.ts';

const there = async (): Promise<void> => {};
const away = async (): Promise<void> => {
  throw new Error('away');
};

it('a database that is away is waited for, however long; one that only refuses to tell of alerts keeps no tick waiting', async () => {
  let now = 0;
  const patience = new Patience(() => now);
  for (let tries = 0; tries < 100; tries++) {
    now += 1000;
    assert.equal(await patience.failed(away), false);
  }
  for (let seconds = 0; seconds < 5; seconds++) {
    assert.equal(await patience.failed(there), false);
    now += 1000;
  }
  assert.equal(await patience.failed(there), true);
  assert.equal(patience.isResting, true);
  now += 60_000;
  assert.equal(patience.isResting, false);
  patience.worked();
  assert.equal(await patience.failed(there), false);
});
