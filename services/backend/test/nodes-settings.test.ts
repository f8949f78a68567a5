import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnvReader, silentLogger } from '@tickwatch/runtime';
import { NodeAwayError, WrongNodeError } from '@tickwatch/store';
import { createBackendNodesReader } from '../src/backend-reader.ts';
import { backendConfig } from '../src/config.ts';
import { problemOf } from '../src/http/problem-reply.ts';
import { backendReadiness } from '../src/readiness.ts';

const URLS = 'postgresql://u@a/stocks postgres://u@b/stocks';

function read(settings: Readonly<Record<string, string>>) {
  const env = new EnvReader({ DATABASE_NODE_URLS: URLS, ...settings });
  const config = backendConfig(env);
  env.finish();
  return config;
}

describe('DATABASE_NODE_URLS', () => {
  it('names databases in order, each with the subscribers that SUBSCRIBER_URL has in its place', () => {
    const [a, b] = ['postgresql://u@a/stocks', 'postgres://u@b/stocks'];
    assert.deepEqual(read({ SUBSCRIBER_URL: 'http://s0:1, http://s1:1  http://s2:1' }).databaseNodes, [
      { url: a, subscriberUrls: ['http://s0:1', 'http://s1:1'] },
      { url: b, subscriberUrls: ['http://s2:1'] },
    ]);
    assert.deepEqual(
      read({}).databaseNodes.map(({ subscriberUrls }) => subscriberUrls),
      [[], []],
    );
    const one = read({ DATABASE_NODE_URLS: '', SUBSCRIBER_URL: 'http://s0:1, http://s1:1' });
    assert.deepEqual([one.databaseNodes, one.subscriberUrls], [[], ['http://s0:1', 'http://s1:1']]);
  });

  it('is refused beside another database, of one database, and with subscribers of another number of nodes', () => {
    for (const name of ['DATABASE_URL', 'DATABASE_READ_URL', 'ADMIN_DATABASE_URL'])
      assert.throws(
        () => read({ [name]: 'postgresql://u@c/stocks' }),
        new RegExp(`${name} and DATABASE_NODE_URLS are both set`),
      );
    assert.throws(() => read({ DATABASE_NODE_URLS: 'postgresql://u@a/stocks' }), /names one database only/);
    assert.throws(() => read({ DATABASE_NODE_URLS: `${URLS} mysql://c` }), /number 3 is no URL/);
    assert.throws(() => read({ SUBSCRIBER_URL: 'http://s0:1,http://s1:1' }), /the subscribers of 1 of 2 nodes/);
  });

  it('what is the matter with a node is said in answers and in /readyz', async () => {
    const away = problemOf(new NodeAwayError('node 1 of 3 is away'));
    assert.deepEqual(
      [away.problem.status, away.problem.detail],
      [503, 'Node 1 of 3 is away. What was received meanwhile is kept.'],
    );
    assert.match(
      problemOf(new WrongNodeError('the database is node 2 of 3')).problem.detail ?? '',
      /^The database is node 2 of 3\./,
    );
    const nobody = 'postgresql://nobody@127.0.0.1:1/nothing';
    await using reader = createBackendNodesReader(read({ DATABASE_NODE_URLS: `${nobody} ${nobody}` }), silentLogger);
    const { database } = await backendReadiness(reader);
    assert.equal(database?.ok, false);
    assert.match(database?.detail ?? '', /node 0 of 2 is away/);
  });
});
