import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveTick } from '@tickwatch/core';
import { RecentTicks, SeamCursor } from '../src/live/seam.ts';

function ticks(...seqs: readonly number[]): LiveTick[] {
  return seqs.map((seq) => ({
    stock_name: 'AAPL',
    exchange_name: 'NASDAQ',
    price: 220 + seq / 100,
    timestamp: `2026-11-22T10:00:00.${String(seq).padStart(6, '0')}Z`,
    seq,
  }));
}

const seqs = (taken: readonly LiveTick[]): number[] => taken.map((tick) => tick.seq);

describe('a series that was loaded as of a moment of the past', () => {
  it('holds what came later than it and is of earlier: that is not taken again, and is no hole', () => {
    const cursor = new SeamCursor();
    const moment = Date.UTC(2026, 10, 22, 10) * 1000 + 12;
    cursor.start(new Map([['NASDAQ/0', 10]]), moment);
    const [eleventh, late] = [ticks(13), ticks(11)].map(([tick]) => tick as LiveTick) as [LiveTick, LiveTick];
    const taken = cursor.take('NASDAQ/0', [
      { ...eleventh, seq: 11 },
      { ...late, seq: 12 },
    ]);
    assert.deepEqual([seqs(taken.fresh), taken.hole], [[11], false]);
    assert.deepEqual(seqs(cursor.take('NASDAQ/0', ticks(13)).fresh), [13]);
  });
});

describe('a series that was loaded up to tick 10', () => {
  const loaded = (): SeamCursor => {
    const cursor = new SeamCursor();
    cursor.start(new Map([['NASDAQ/0', 10]]));
    return cursor;
  };

  it('takes what follows', () => {
    const taken = loaded().take('NASDAQ/0', ticks(11, 12));
    assert.deepEqual(seqs(taken.fresh), [11, 12]);
    assert.equal(taken.hole, false);
  });

  it('drops what history holds already, in the middle of a bundle too', () => {
    const cursor = loaded();
    assert.deepEqual(seqs(cursor.take('NASDAQ/0', ticks(7, 8, 9)).fresh), []);
    assert.deepEqual(seqs(cursor.take('NASDAQ/0', ticks(9, 10, 11)).fresh), [11]);
  });

  it('drops a bundle that is sent twice', () => {
    const cursor = loaded();
    cursor.take('NASDAQ/0', ticks(11, 12));
    assert.deepEqual(seqs(cursor.take('NASDAQ/0', ticks(11, 12)).fresh), []);
    assert.equal(cursor.take('NASDAQ/0', ticks(13)).hole, false);
  });

  it('notices a hole before a bundle and inside one, and goes on after it', () => {
    const cursor = loaded();
    assert.equal(cursor.take('NASDAQ/0', ticks(12, 13)).hole, true);
    assert.equal(cursor.take('NASDAQ/0', ticks(14, 16)).hole, true);
    assert.equal(cursor.take('NASDAQ/0', ticks(17)).hole, false);
  });

  it('notices a hole in a lane that the position leaves out, unless its first tick comes', () => {
    assert.equal(loaded().take('NYSE/0', ticks(1, 2)).hole, false);
    assert.equal(loaded().take('NYSE/0', ticks(2)).hole, true);
  });

  it('counts each lane by itself, also two of one exchange that come in turn', () => {
    const cursor = new SeamCursor();
    cursor.start(
      new Map([
        ['NASDAQ/0', 10],
        ['NYSE/0', 500],
      ]),
    );
    assert.deepEqual(seqs(cursor.take('NYSE/0', ticks(500, 501)).fresh), [501]);
    assert.equal(cursor.take('NASDAQ/0', ticks(11)).hole, false);
    cursor.start(
      new Map([
        ['NASDAQ/0', 10],
        ['NASDAQ/1', 700],
      ]),
    );
    for (let n = 1; n <= 5; n++) {
      for (const [lane, reached] of [
        ['NASDAQ/0', 10],
        ['NASDAQ/1', 700],
      ] as const) {
        const { fresh, hole } = cursor.take(lane, ticks(reached + n));
        assert.deepEqual([seqs(fresh), hole], [[reached + n], false], lane);
      }
    }
  });

  it('takes everything and calls nothing a hole when history did not say how far it reaches', () => {
    const cursor = new SeamCursor();
    cursor.start(undefined);
    assert.deepEqual(cursor.take('NASDAQ/0', ticks(40, 41)), { fresh: ticks(40, 41), hole: false });
    assert.equal(cursor.take('NASDAQ/0', ticks(43)).hole, true);
  });

  it('begins anew after a reload', () => {
    const cursor = loaded();
    cursor.take('NASDAQ/0', ticks(15));
    cursor.start(new Map([['NASDAQ/0', 13]]));
    assert.deepEqual(cursor.take('NASDAQ/0', ticks(12, 13, 14, 15, 16)), { fresh: ticks(14, 15, 16), hole: false });
  });
});

describe('the memory of live ticks', () => {
  it('joins bundles and drops repeats', () => {
    const recent = new RecentTicks();
    recent.add(ticks(1, 2));
    assert.deepEqual(seqs(recent.add(ticks(2, 3)).fresh), [3]);
    assert.deepEqual(seqs(recent.ticks), [1, 2, 3]);
  });

  it('keeps only what has no gap, so that a load never joins to half of the ticks', () => {
    const recent = new RecentTicks();
    recent.add(ticks(1, 2));
    assert.deepEqual(seqs(recent.add(ticks(5, 6)).fresh), [5, 6]);
    assert.deepEqual(seqs(recent.ticks), [5, 6]);
    recent.add(ticks(7, 9, 10));
    assert.deepEqual(seqs(recent.ticks), [9, 10]);
  });

  it('tells a feed that counts anew from a bundle that is sent again', () => {
    const recent = new RecentTicks();
    recent.add(ticks(50, 51));
    assert.equal(recent.add(ticks(50, 51)).restarted, false);
    const anew = ticks(1).map((tick) => ({ ...tick, timestamp: '2026-11-22T11:00:00.000000Z' }));
    const { fresh, restarted } = recent.add(anew);
    assert.equal(restarted, true);
    assert.deepEqual(seqs(fresh), [1]);
    assert.deepEqual(seqs(recent.ticks), [1]);
  });

  it('stays bounded', () => {
    const recent = new RecentTicks(100);
    for (let seq = 1; seq <= 1000; seq++) recent.add(ticks(seq));
    assert.ok(recent.ticks.length <= 125);
    assert.equal(recent.ticks[recent.ticks.length - 1]?.seq, 1000);
  });
});
