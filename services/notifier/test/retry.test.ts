import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { restMs, retryAt, retryDelayMs } from '../src/deliver/retry.ts';
import { answerOutcome } from '../src/send/answer-outcome.ts';

test('what is answered says whether a firing was taken, whether others may be, and when to try again', () => {
  const kinds = (statuses: readonly number[]) =>
    statuses.map((status) => answerOutcome({ status, retryAfter: undefined }).kind);
  assert.deepEqual(kinds([200, 201, 202, 204]), Array(4).fill('delivered'));
  assert.deepEqual(kinds([301, 302, 401, 403, 404, 408, 425, 429, 500, 503]), Array(10).fill('unwell'));
  assert.deepEqual(kinds([400, 409, 413, 422]), Array(4).fill('refused'));
  assert.deepEqual(kinds([410]), ['gone']);
  const now = Date.parse('2026-11-29T10:00:00Z');
  const asked = (retryAfter: string) => {
    const outcome = answerOutcome({ status: 429, retryAfter }, now);
    return outcome.kind === 'unwell' ? outcome.retryAfterMs : 'no wait';
  };
  assert.equal(asked('120'), 120_000);
  assert.equal(asked('Sun, 29 Nov 2026 10:00:30 GMT'), 30_000);
  assert.equal(asked('Sun, 29 Nov 2026 09:00:00 GMT'), 0);
  assert.equal(asked('soon'), undefined);
});

test('tries come less and less often, patience that is asked for is bounded, and the last try is at the end', () => {
  for (let attempts = 0; attempts < 40; attempts++) {
    const [least, most] = [Math.min(500 * 2 ** attempts, 300_000), Math.min(1000 * 2 ** attempts, 600_000)];
    const delay = retryDelayMs(attempts);
    assert.ok(delay >= least && delay <= most, `${attempts}: ${delay}`);
    assert.ok(restMs(attempts + 2) <= Math.min(1000 * 2 ** attempts, 60_000));
  }
  assert.equal(retryDelayMs(0, 120_000), 120_000);
  assert.equal(retryDelayMs(0, 1e12), 3_600_000);
  assert.equal(restMs(1), 0);
  assert.equal(restMs(1, 1e12), 3_600_000);
  const [now, end] = [1_000_000 as EpochMicros, 5_000_000 as EpochMicros];
  assert.equal(retryAt(now, 2000, end), 3_000_000);
  assert.equal(retryAt(now, 60_000, end), end);
  assert.equal(retryAt(end, 2000, end), undefined);
});
