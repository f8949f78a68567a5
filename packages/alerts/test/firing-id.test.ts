import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { firingId } from '../src/firing-id.ts';
import { sha1 } from '../src/sha1.ts';

describe('The id of a firing', () => {
  it('is a UUID of version 5 that follows from its parts alone', () => {
    const id = firingId(['6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11', 1, 'NASDAQ', 'AAPL', 'up', 42]);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(firingId(['6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11', 1, 'NASDAQ', 'AAPL', 'up', 42]), id);
    assert.notEqual(firingId(['6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11', 1, 'NASDAQ', 'AAPL', 'up', 43]), id);
    assert.notEqual(firingId(['a', 'b c']), firingId(['a b', 'c']));
  });

  it('is made of the same SHA-1 that everybody computes', () => {
    for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 200]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      assert.deepEqual(Buffer.from(sha1(bytes)), createHash('sha1').update(bytes).digest(), String(length));
    }
  });
});
