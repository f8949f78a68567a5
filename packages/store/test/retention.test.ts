import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore } from '../src/index.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

describe('retention', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('deletes old metrics, all of them however many there are, when a subscriber starts', async () => {
    await using opened = await openTestStore(server);
    await ask(
      opened.url,
      `INSERT INTO metrics SELECT now() - interval '91 days', 'subscriber', 'batch_insert', 'rows', n, 'rows'
         FROM generate_series(1, 120000) n;
       INSERT INTO metrics VALUES (now() - interval '89 days', 'subscriber', 'batch_insert', 'rows', 0, 'rows')`,
    );
    const options = { connectionString: opened.url, applicationName: 'test' };
    await using keeping = createPostgresStore(options);
    await keeping.migrate();
    assert.deepEqual(await ask(opened.url, COUNT), [{ n: 120_001 }]);
    await using deleting = createPostgresStore({ ...options, retention: { metricsDays: 90 } });
    await deleting.migrate();
    assert.deepEqual(await ask(opened.url, COUNT), [{ n: 1 }]);
  });
});

const COUNT = 'SELECT count(*)::int AS n FROM metrics';
