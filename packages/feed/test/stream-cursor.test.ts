import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamCursor } from '../src/streams/stream-cursor.ts';
import { streamIdAfter } from '../src/streams/stream-place.ts';
import type { StreamInfo } from '../src/streams/stream-reply.ts';

/** A stream to which entries 1-0 … `added`-0 were added and of which the first are gone: by XTRIM, as MAXLEN does; or by XDEL. */
function stream(added: number, trimmed: number, deleted = 0): StreamInfo {
  const length = added - Math.max(trimmed, deleted);
  return {
    length,
    added,
    firstId: length === 0 ? undefined : `${added - length + 1}-0`,
    lastId: `${added}-0`,
    maxDeletedId: `${deleted}-0`,
  };
}

describe('what retention removed before it was read', () => {
  it('is nothing when only what was read is gone', () => {
    const cursor = new StreamCursor('50-0');
    assert.equal(cursor.inspect(stream(100, 49)), undefined);
    cursor.advance('100-0', 50);
    assert.equal(cursor.inspect(stream(100, 90)), undefined);
    assert.equal(cursor.inspect(stream(100, 100)), undefined);
  });

  it('is counted exactly from the beginning of the stream', () => {
    const cursor = new StreamCursor('0-0');
    assert.deepEqual(cursor.inspect(stream(100, 30)), { count: 30, exact: true });
    cursor.advance('100-0', 70);
    assert.equal(cursor.inspect(stream(100, 30)), undefined);
  });

  it('is counted exactly once reading was level with the end', () => {
    const cursor = new StreamCursor('40-0');
    cursor.inspect(stream(100, 0));
    cursor.advance('100-0', 60);
    assert.equal(cursor.inspect(stream(100, 0)), undefined);
    assert.deepEqual(cursor.inspect(stream(180, 120)), { count: 20, exact: true });
    cursor.advance('180-0', 60);
    assert.equal(cursor.inspect(stream(180, 120)), undefined);
  });

  it('is known to lie between two times, where it was deleted among the rest', () => {
    const cursor = new StreamCursor('0-0');
    const ahead = { ...stream(100, 0), length: 96, maxDeletedId: '60-0' };
    assert.deepEqual(cursor.inspect(ahead), { count: 4, exact: true, between: { from: 1000, to: 60_000 } });
    cursor.advance('50-0', 47);
    assert.equal(cursor.inspect({ ...ahead, length: 94, maxDeletedId: '80-0' }), undefined);
    cursor.advance('100-0', 47);
    const level = { ...ahead, length: 94, maxDeletedId: '80-0' };
    assert.deepEqual(cursor.inspect(level), { count: 2, exact: true, between: { from: 1000, to: 80_000 } });
    assert.equal(cursor.inspect(level), undefined);
    cursor.advance('200-0', 99);
    const next = { ...stream(200, 0), length: 193, maxDeletedId: '150-0' };
    assert.deepEqual(cursor.inspect(next), { count: 1, exact: true, between: { from: 100_000, to: 150_000 } });
  });

  it('is at least one, told once, where it can not be counted', () => {
    for (const gone of [stream(100, 60), stream(100, 0, 60)]) {
      const cursor = new StreamCursor('40-0');
      assert.deepEqual(cursor.inspect(gone), { count: 1, exact: false });
      cursor.advance('100-0', 40);
      assert.equal(cursor.inspect(gone), undefined);
    }
  });

  it('is not told of behind a time, at which nothing was read', () => {
    const cursor = new StreamCursor(streamIdAfter(40_000));
    assert.equal(cursor.inspect({ ...stream(100, 60), firstId: '61-0' }), undefined);
  });

  it('is seen when the whole stream was emptied', () => {
    const cursor = new StreamCursor('0-0');
    cursor.advance('10-0', 10);
    assert.deepEqual(cursor.inspect(stream(25, 25)), { count: 15, exact: true });
  });
});
