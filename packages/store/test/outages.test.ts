import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMicros } from '@tickwatch/core';
import pg from 'pg';
import {
  createPostgresStore,
  type PostgresStore,
  type StoreEvent,
  StoreSlowError,
  StoreUnavailableError,
} from '../src/index.ts';
import { ask, asUser, BatchMaker, lead, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

async function unavailable(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof StoreUnavailableError, `${error}`);
    assert.doesNotMatch(error.message, /hunter2|\n/);
    return error.message;
  }
  throw new Error('it did not fail');
}

describe('a database that is away', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const at = (connectionString: string, statementTimeoutMs = 30_000): PostgresStore =>
    createPostgresStore({ connectionString, applicationName: 'outage', statementTimeoutMs });

  it('says in one line what is wrong, without credentials', async () => {
    const url = await server.createDatabase();
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const port = (free.address() as { port: number }).port;
    free.close();
    await using refused = at(`postgres://someone:hunter2@127.0.0.1:${port}/stocks`);
    assert.match(await unavailable(refused.ping()), /not reachable: connect ECONNREFUSED/);
    await using wrong = at(asUser(url, 'nobody', 'hunter2'));
    assert.match(await unavailable(wrong.ping()), /refuses this user|does not exist/);
    await using missing = at(url.replace(/store_test/, 'no_such'));
    assert.match(await unavailable(missing.ping()), /database does not exist/);
    await using empty = at(url);
    assert.match(await unavailable(empty.join({ owner: 'x', staleAfterMs: 1000 })), /schema is not/);
  });

  it('that never answers is given up after a limit', async () => {
    const hanging = createServer(() => {}).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { port } = hanging.address() as { port: number };
    const started = performance.now();
    await using store = at(`postgres://someone:hunter2@127.0.0.1:${port}/stocks`);
    await unavailable(store.ping());
    await unavailable(store.join({ owner: 'x', staleAfterMs: 1000 }));
    assert.ok(performance.now() - started < 20_000);
    hanging.close();
  });

  it('is waited for at the start, until the caller has enough', async () => {
    const events: StoreEvent[] = [];
    await using store = createPostgresStore({
      connectionString: 'postgres://someone:hunter2@127.0.0.1:1/stocks',
      applicationName: 'outage',
      onEvent: (event) => events.push(event),
    });
    const stop = new AbortController();
    const migrating = store.migrate(stop.signal);
    while (events.length < 3) await sleep(20);
    stop.abort();
    await unavailable(migrating);
    assert.ok(events.every((event) => event.type === 'waiting_for_database' && /ECONNREFUSED/.test(event.error)));
  });

  it('takes the batch again when it is back: read-only, locked, restarted', async () => {
    await using opened = await openTestStore(server);
    await using store = at(opened.url, 5000);
    await using membership = await store.join({ owner: 'test', staleAfterMs: 60_000 });
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AAPL', '1')]);
    const name = (await ask<{ name: string }>(opened.url, 'SELECT current_database() AS name'))[0]?.name;

    await ask(opened.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await membership.take('NASDAQ/0');
    assert.match(await unavailable(membership.commit(batches)), /read-only/);
    assert.match(await unavailable(store.ping()), /read-only/);
    await ask(opened.url, `BEGIN READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only; COMMIT`);

    const holder = new pg.Client({ connectionString: opened.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE price_rollups');
    assert.match(await unavailable(membership.commit(batches)), /in time/);
    await holder.end();

    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'outage'
      AND pid NOT IN (SELECT pid FROM ingest_locks WHERE key = ingest_lock_key('member', 'test'))`;
    await ask(opened.url, end);
    const result = await membership.commit(batches).catch(() => membership.commit(batches));
    assert.equal(result.lanes.get('NASDAQ/0')?.stored, 1);
    assert.deepEqual(await ask(opened.url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: 1 }]);
  });

  it('that takes too long for a batch says so, and has stored nothing of it', async () => {
    await using opened = await openTestStore(server);
    await using store = at(opened.url, 3000);
    await using membership = await lead(store);
    await ask(
      opened.url,
      `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
       CREATE TRIGGER wait AFTER INSERT ON rejected_messages FOR EACH STATEMENT EXECUTE FUNCTION wait()`,
    );
    const make = new BatchMaker();
    const message = { exchange: 'NASDAQ', payload: Buffer.from('x'), receivedAt: nowMicros(), detail: '' } as const;
    const batches = make.batches([make.tick('AAPL', '1')], [{ ...message, reason: 'bad_form' }]);
    await assert.rejects(membership.commit(batches), StoreSlowError);
    assert.deepEqual(await ask(opened.url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: 0 }]);
    await ask(opened.url, 'DROP TRIGGER wait ON rejected_messages');
    await membership.commit(batches);
  });

  it('without a free connection is told from one that is gone', async () => {
    await using opened = await openTestStore(server);
    const name = (await ask<{ name: string }>(opened.url, 'SELECT current_database() AS name'))[0]?.name;
    await ask(
      opened.url,
      `CREATE ROLE crowded LOGIN PASSWORD 'hunter2' CONNECTION LIMIT 0; GRANT ALL ON DATABASE ${name} TO crowded`,
    );
    await using store = at(asUser(opened.url, 'crowded', 'hunter2'));
    assert.match(await unavailable(store.ping()), /takes no more connections/);
    await ask(opened.url, 'DROP OWNED BY crowded; DROP ROLE crowded');
  });

  it('keeps measurements', async () => {
    await using opened = await openTestStore(server);
    const row = { timestamp: nowMicros(), service: 's', event: 'e', metric: 'm', unit: 'seconds' };
    await opened.store.writeMetrics([
      { ...row, value: 0.25 },
      { ...row, value: Number.NaN },
    ]);
    await opened.store.writeMetrics([]);
    assert.deepEqual(await ask(opened.url, 'SELECT service, event, metric, value, unit FROM metrics ORDER BY value'), [
      { service: 's', event: 'e', metric: 'm', value: 0.25, unit: 'seconds' },
      { service: 's', event: 'e', metric: 'm', value: Number.NaN, unit: 'seconds' },
    ]);
  });
});
