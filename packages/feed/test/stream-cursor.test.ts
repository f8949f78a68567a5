import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamCursor } from '../src/streams/stream-cursor.ts';
import type { StreamInfo } from '../src/streams/stream-reply.ts';

/** A stream to which entries 1-0 … `added`-0 were added and of which the first `deleted` are gone. */
function stream(added: number, deleted: number): StreamInfo {
  const length = added - deleted;
  return {
    length,
    added,
    firstId: length === 0 ? undefined : `${deleted + 1}-0`,
    lastId: `${added}-0`,
    maxDeletedId: `${deleted}-0`,
  };
}

describe('what retention removed before it was read', () => {
  it('is nothing when only what was read is gone', () => {
    const cursor = new StreamCursor('50-0');
    assert.equal(cursor.inspect(stream(100, 50)), undefined);
    cursor.advance('100-0', 50);
    assert.equal(cursor.inspect(stream(100, 90)), undefined);
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

  it('is at least one, told once, where it can not be counted', () => {
    const cursor = new StreamCursor('40-0');
    assert.deepEqual(cursor.inspect(stream(100, 60)), { count: 1, exact: false });
    cursor.advance('100-0', 40);
    assert.equal(cursor.inspect(stream(100, 60)), undefined);
  });

  it('is seen when the whole stream was emptied', () => {
    const cursor = new StreamCursor('0-0');
    cursor.advance('10-0', 10);
    assert.deepEqual(cursor.inspect(stream(25, 25)), { count: 15, exact: true });
  });
});
