import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { createPostgresStore, type StoreEvent } from '../src/index.ts';
import { ask, eventually, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

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
    const isDone = async () => (await ask<{ n: number }>(opened.url, COUNT))[0]?.n === 1 || undefined;
    await eventually('the old metrics being gone', isDone);
  });

  it('deletes old rejected messages and their minutes, and keeps the totals', async () => {
    await using opened = await openTestStore(server);
    await ask(
      opened.url,
      `INSERT INTO rejected_messages (received_at, exchange_name, reason, detail, raw, bytes)
         SELECT now() - n * interval '1 day', 'NYSE', 'bad_form', 'd', 'x', 1 FROM generate_series(1, 40) n;
       INSERT INTO rejected_counts
         SELECT now() - n * interval '1 day', 'NYSE', 'bad_form', '', 1, 1 FROM generate_series(1, 40) n;
       INSERT INTO rejected_totals VALUES ('NYSE', 'bad_form', '', 40, now() - interval '40 days', now())`,
    );
    await using deleting = createPostgresStore({
      connectionString: opened.url,
      applicationName: 'test',
      retention: { rejectedDays: 30 },
    });
    await deleting.migrate();
    const left = `SELECT (SELECT count(*) FROM rejected_messages)::int AS messages,
      (SELECT count(*) FROM rejected_counts)::int AS minutes, (SELECT count FROM rejected_totals)::int AS total`;
    await eventually('the old messages being gone', async () => {
      const [row] = await ask<{ messages: number; minutes: number }>(opened.url, left);
      return (row?.messages === 29 && row.minutes === 29) || undefined;
    });
    assert.deepEqual(await ask(opened.url, left), [{ messages: 29, minutes: 29, total: 40 }]);
  });

  it('deletes what rules fired long ago, with its deliveries, and what rules knew that are gone', async () => {
    await using opened = await openTestStore(server);
    await ask(
      opened.url,
      `INSERT INTO alert_receivers (name, type, target) VALUES ('desk', 'email', 'desk@example.com');
       INSERT INTO alert_firings (id, rule_name, "timestamp", text, recorded_at)
         SELECT gen_random_uuid(), 'A rule', now(), '', now() - n * interval '1 day' FROM generate_series(89, 92) n;
       INSERT INTO alert_deliveries (firing_id, receiver_id) SELECT f.id, r.id FROM alert_firings f, alert_receivers r;
       INSERT INTO alert_rules (definition, revision) VALUES ('{}', 2);
       INSERT INTO alert_phases SELECT id, '', '', 2, 'armed', now() FROM alert_rules;
       INSERT INTO alert_phases SELECT id, '', 'OLD', 1, 'armed', now() FROM alert_rules;
       INSERT INTO alert_phases VALUES (gen_random_uuid(), '', '', 1, 'armed', now())`,
    );
    await using deleting = createPostgresStore({
      connectionString: opened.url,
      applicationName: 'test',
      retention: { alertDays: 90 },
    });
    await deleting.migrate();
    const left = `SELECT (SELECT count(*) FROM alert_firings)::int AS firings,
      (SELECT count(*) FROM alert_deliveries)::int AS deliveries, (SELECT count(*) FROM alert_phases)::int AS phases`;
    await eventually('the old firings being gone', async () => {
      const [row] = await ask<{ firings: number; deliveries: number; phases: number }>(opened.url, left);
      return (row?.firings === 1 && row.deliveries === 1 && row.phases === 1) || undefined;
    });
  });

  it('deletes the marks of ticks that are no longer kept', async () => {
    await using opened = await openTestStore(server);
    await ask(
      opened.url,
      `INSERT INTO outliers SELECT now() - n * interval '1 day', 'A', 'NYSE', n, 1, 2, 0 FROM generate_series(1, 40) n`,
    );
    await using deleting = createPostgresStore({
      connectionString: opened.url,
      applicationName: 'test',
      retention: { rawDays: 30 },
    });
    await deleting.migrate();
    await eventually('the old marks being gone', async () => {
      const [row] = await ask<{ n: number }>(opened.url, 'SELECT count(*)::int AS n FROM outliers');
      return row?.n === 29 || undefined;
    });
  });

  it('is not waited for, neither at a start nor at a stop', async () => {
    await using opened = await openTestStore(server);
    const events: StoreEvent[] = [];
    const store = createPostgresStore({
      connectionString: opened.url,
      applicationName: 'test',
      retention: { metricsDays: 90 },
      onEvent: (event) => events.push(event),
    });
    const holder = new pg.Client({ connectionString: opened.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE metrics');
    const started = performance.now();
    await store.migrate();
    const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM metrics%'";
    await eventually('the deletion that waits', async () => (await ask(opened.url, waits)).length > 0 || undefined);
    await store[Symbol.asyncDispose]();
    assert.ok(performance.now() - started < LOCK_TIMEOUT_MS, 'it was waited for');
    assert.deepEqual(events, []);
    await holder.end();
  });
});

/** Of the store's connections: then a deletion that can't begin is given up. */
const LOCK_TIMEOUT_MS = 10_000;
const COUNT = 'SELECT count(*)::int AS n FROM metrics';
