import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { LanePosition } from '@tickwatch/store';
import { gapsOf } from '../../src/log/gaps-of.ts';
import { LaneLog } from '../../src/log/lane-log.ts';
import { Segment, SegmentDraft } from '../../src/log/segment.ts';
import { LANE } from '../model/model-process.ts';
import { ModelSpool } from '../model/model-spool.ts';

const SECOND = 1_000_000;
const NOW = nowMicros() - 600 * SECOND;

describe('a hole before the first segment behind what is committed', () => {
  it('is none where another member heard all until after this one began to listen', () => {
    assert.deepEqual(reasons({ logId: 'other', until: NOW + 60 * SECOND, since: NOW + 30 * SECOND }), []);
  });

  it('is one where the other was heard of last before that', () => {
    assert.deepEqual(reasons({ logId: 'other', until: NOW + 20 * SECOND, since: NOW + 30 * SECOND }), [
      'not_listening',
    ]);
  });

  it("is one where the other only stored something, by a clock that may differ from this one's", () => {
    assert.deepEqual(reasons({ logId: 'other', until: NOW, since: NOW - SECOND }), ['not_listening']);
  });

  it('is one in the log of this member itself, also when its clock was set back meanwhile', () => {
    assert.deepEqual(reasons({ logId: 'own', until: NOW + 60 * SECOND, since: NOW - 3600 * SECOND }), [
      'not_listening',
    ]);
  });

  it('is one where the other said so by a clock that is ahead', () => {
    assert.deepEqual(reasons({ logId: 'other', until: NOW + 7200 * SECOND, since: NOW }), ['not_listening']);
  });
});

/** @param until all that was published up to then is stored, as the database says; NOW: up to the last message */
function reasons({ logId, until, since }: { logId: string; until: number; since: number }): readonly string[] {
  const spool = new ModelSpool('own', LANE);
  const budget = { limit: 1e6, used: 0 };
  const log = new LaneLog(
    LANE,
    { log: spool, budget, tailKeepMs: 0, tailMaxTicks: 1, lanes: new Map([['X', 1]]) },
    spool,
    '0',
  );
  const committed: LanePosition = {
    lane: LANE,
    logId,
    position: '1',
    fingerprint: '',
    receivedAt: NOW as EpochMicros,
    seq: 1,
    coverage: { lanes: 1, until: until as EpochMicros, lastTime: NOW as EpochMicros, numbers: [] },
  };
  log.lead(committed, '1', logId === 'own');
  log.missing.listens(since as EpochMicros);
  const draft = new SegmentDraft(LANE);
  draft.read({ payload: Buffer.from('S:1'), receivedAt: (NOW + 90 * SECOND) as EpochMicros }, 0, undefined);
  log.append(new Segment(draft, '10', '11'));
  return gapsOf(log, log.list.head).gaps.map(({ reason }) => reason);
}
