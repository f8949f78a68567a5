import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamCursor } from '../src/stream-cursor.ts';
import type { StreamInfo } from '../src/stream-reply.ts';

function cursorAt(id: string): StreamCursor {
  const cursor = new StreamCursor('NASDAQ', 'ticks:NASDAQ', () => {});
  cursor.begin(id);
  return cursor;
}

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
    const cursor = cursorAt('50-0');
    cursor.inspect(stream(100, 50));
    cursor.advance('100-0', 50);
    cursor.inspect(stream(100, 90));
    assert.equal(cursor.overtaken, 0);
  });

  it('is counted exactly from the beginning of the stream', () => {
    const cursor = cursorAt('0-0');
    cursor.inspect(stream(100, 30));
    assert.equal(cursor.overtaken, 30);
    cursor.advance('100-0', 70);
    cursor.inspect(stream(100, 30));
    assert.equal(cursor.overtaken, 30);
  });

  it('is counted exactly once reading was level with the end', () => {
    const cursor = cursorAt('40-0');
    cursor.inspect(stream(100, 0));
    cursor.advance('100-0', 60);
    cursor.inspect(stream(100, 0));
    cursor.inspect(stream(180, 120));
    assert.equal(cursor.overtaken, 20);
    cursor.advance('180-0', 60);
    cursor.inspect(stream(180, 120));
    assert.equal(cursor.overtaken, 20);
  });

  it('is at least one, told once, where it can not be counted', () => {
    const cursor = cursorAt('40-0');
    cursor.inspect(stream(100, 60));
    assert.equal(cursor.overtaken, 1);
    cursor.advance('100-0', 40);
    cursor.inspect(stream(100, 60));
    assert.equal(cursor.overtaken, 1);
  });

  it('is seen when the whole stream was emptied', () => {
    const cursor = cursorAt('0-0');
    cursor.advance('10-0', 10);
    cursor.inspect(stream(25, 25));
    assert.equal(cursor.overtaken, 15);
  });
});
