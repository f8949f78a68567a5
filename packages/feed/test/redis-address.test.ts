import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRedisUrl, parseRedisUrls } from '../src/redis-address.ts';

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

  it('names several nodes of a cluster, which are logged in to like the first unless they say how', () => {
    const nodes = parseRedisUrls('rediss://me:pw@a.example:7000, b.example ,c.example:7002,redis://other@[::1]:7003');
    assert.deepEqual(
      nodes.map(({ label, tls, username, password }) => [label, tls, username, password]),
      [
        ['redis at a.example:7000', true, 'me', 'pw'],
        ['redis at b.example:6379', true, 'me', 'pw'],
        ['redis at c.example:7002', true, 'me', 'pw'],
        ['redis at [::1]:7003', false, 'other', undefined],
      ],
    );
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
