import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import type { AlertChange, LaneJudge } from '../src/index.ts';
import { firedBy, judgeOf, micros, prices, rule, tick } from './kit.ts';

function textsOf(changes: readonly AlertChange[]): readonly string[] {
  return changes.flatMap(({ firing }) => (firing === undefined ? [] : [firing.text]));
}

/** Passes at each of these seconds, open and listened to since a while. */
function passAt(judge: LaneJudge, ...seconds: readonly number[]): readonly string[] {
  const since = micros(-600);
  return seconds.flatMap((at) => textsOf(judge.pass({ now: micros(at), openSince: since, listeningSince: since })));
}

describe('What is told', () => {
  it('of a price that moves', () => {
    const percent = {
      type: 'price_moves',
      direction: 'either',
      by: '5',
      unit: 'percent',
      within_seconds: 600,
    } as const;
    assert.deepEqual(firedBy(judgeOf([rule(percent)]), prices('219.10', '230.04', '230.06', '218')), [
      'AAPL rose by 5 % within 10 min: from 219.10 to 230.06',
      'AAPL fell by 5.24 % within 10 min: from 230.06 to 218',
    ]);
    const price = { ...percent, by: '0.1', unit: 'price', within_seconds: 90 } as const;
    assert.deepEqual(firedBy(judgeOf([rule(price)]), prices('0.3', '0.4')), [
      'AAPL rose by 0.1 within 90 s: from 0.3 to 0.4',
    ]);
  });

  it('of a new high, once a day', () => {
    const judge = judgeOf([rule({ type: 'new_extreme', extreme: 'high', days: 20 })]);
    const day = 86_400;
    const ticks = [
      tick(1, 100, 0),
      tick(2, 99, day),
      tick(3, '100.50', day + 1),
      tick(4, 101, day + 2),
      tick(5, 102, 2 * day),
    ];
    assert.deepEqual(firedBy(judge, ticks), [
      'AAPL is at its highest price of 20 days and today: 100.50 (before: 100)',
      'AAPL is at its highest price of 20 days and today: 102 (before: 101)',
    ]);
  });

  it('of ticks that are too many, and too few in a whole minute', () => {
    const judge = judgeOf([rule({ type: 'tick_rate', above: 2, below: 1 })]);
    assert.deepEqual(firedBy(judge, prices(1, 1, 1, 1)), ['AAPL had more than 2 ticks in the minute 15:00 (UTC)']);
    assert.deepEqual(passAt(judge, 1, 61, 62, 121, 122, 182, 242), [
      'AAPL had no tick in the minute 15:01 (UTC), fewer than 1',
    ]);
    assert.deepEqual(firedBy(judge, [tick(5, 1, 250)]), []);
    assert.deepEqual(passAt(judge, 302, 362), ['AAPL had no tick in the minute 15:05 (UTC), fewer than 1']);
  });

  it('of silence, once until the next tick, while the exchange is open and listened to', () => {
    const judge = judgeOf([rule({ type: 'silent', seconds: 60 })]);
    assert.deepEqual(firedBy(judge, [tick(1, 1, 0)]), []);
    const closed = { openSince: undefined, listeningSince: micros(0) };
    assert.deepEqual(judge.pass({ ...closed, now: micros(100) }), []);
    const deaf = { openSince: micros(0), listeningSince: undefined };
    assert.deepEqual(judge.pass({ ...deaf, now: micros(100) }), []);
    assert.deepEqual(judge.pass({ openSince: micros(50), listeningSince: micros(0), now: micros(109) }), []);
    const text = 'AAPL has had no tick for 1 min while its exchange was open';
    assert.deepEqual(passAt(judge, 111, 112, 500), [text]);
    assert.deepEqual(firedBy(judge, [tick(2, 1, 501)]), []);
    assert.deepEqual(passAt(judge, 502, 560, 561), [text]);
    // Of two silences with nothing but a late tick between them each is told.
    const ids = [700, 800].flatMap((at, i) => {
      judge.take([tick(3 + i, 1, 400)], micros(at));
      const open = { openSince: micros(0), listeningSince: micros(0) };
      const changes = [1, 60].flatMap((seconds) => judge.pass({ ...open, now: micros(at + seconds) }));
      return changes.flatMap(({ firing }) => firing?.id ?? []);
    });
    assert.equal(new Set(ids).size, 2);
  });

  it('of holes and outliers', () => {
    const judge = judgeOf([rule({ type: 'hole' }), rule({ type: 'outlier' }, { id: 'b', stocks: ['AAPL'] })]);
    const hole = { fromSeq: 1, toSeq: 12, from: micros(0), to: micros(9), messages: 12, reason: 'not_listening' };
    assert.deepEqual(textsOf(judge.holeFound(hole, micros(10))), [
      'NASDAQ: 12 messages are missing, from 2026-11-27T15:00:00Z to 2026-11-27T15:00:09Z (not listening)',
    ]);
    assert.deepEqual(textsOf(judge.outlierFound(tick(3, '23.05'), 230.1, micros(10))), [
      'AAPL is at 23.05, far from what it cost just before: about 230.1',
    ]);
    assert.deepEqual(judge.outlierFound(tick(4, 1, 4, 'MSFT'), 230.1, micros(10)), []);
  });

  it('of the system, when a measure gets above its bound', () => {
    const judge = judgeOf([rule({ type: 'system', measure: 'insert_latency', above: 1 })]);
    const measure = (at: number, insert_latency: number) =>
      textsOf(
        judge.pass({ now: micros(at), openSince: undefined, listeningSince: undefined, measures: { insert_latency } }),
      );
    assert.deepEqual(
      [0.5, 3.25, 4, 1, 2].flatMap((seconds, i) => measure(i, seconds)),
      ['NASDAQ: the last insert took 3.25 s, more than 1 s', 'NASDAQ: the last insert took 2 s, more than 1 s'],
    );
  });

  it('of late ticks: nothing, but they are known from then on', () => {
    const move = { type: 'price_moves', direction: 'up', by: '5', unit: 'price', within_seconds: 60 } as const;
    const judge = judgeOf([rule(move)]);
    const take = (seq: number, price: string, at: number, receivedAt: EpochMicros) =>
      textsOf(judge.take([{ ...tick(seq, price, at), price: price as DecimalText }], receivedAt));
    assert.deepEqual(take(1, '100', 30, micros(30)), []);
    assert.deepEqual(take(2, '90', 20, micros(31)), []);
    assert.deepEqual(take(3, '100', 40, micros(40)), ['AAPL rose by 10 within 1 min: from 90 to 100']);
  });
});
