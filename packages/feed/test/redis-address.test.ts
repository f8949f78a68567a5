import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRedisUrl } from '../src/redis-address.ts';

describe('a Redis URL', () => {
  it('names host, port, credentials and database', () => {
    assert.deepEqual(parseRedisUrl('rediss://me:p%40ss%3Aword@redis.example:7000/3'), {
      host: 'redis.example',
      port: 7000,
      tls: true,
      username: 'me',
      password: 'p@ss:word',
      database: 3,
      label: 'redis at redis.example:7000',
    });
    assert.equal(parseRedisUrl('redis://[::1]').host, '::1');
    assert.equal(parseRedisUrl('redis://localhost').port, 6379);
  });

  for (const url of [
    'redis://:secret@',
    'http://:secret@host',
    'redis://:secret@host/x',
    ':secret',
    'redis://:%secret@host',
  ]) {
    it(`is refused without being repeated: ${url.replaceAll('secret', '…')}`, () => {
      assert.throws(
        () => parseRedisUrl(url),
        (error: unknown) => error instanceof Error && !JSON.stringify([error.message, { ...error }]).includes('secret'),
      );
    });
  }
});
