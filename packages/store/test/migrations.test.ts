import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAlertOutbox, createPostgresStore } from '../src/index.ts';
import { readMigrations } from '../src/migrate.ts';
import { ask, asUser, lead, startTestServer, type TestServer } from './store-test-kit.ts';

/** A firing that is to be sent. */
const FIRED = `
  WITH receiver AS (
    INSERT INTO alert_receivers (name, type, target) VALUES ('desk', 'webhook', 'https://example.com') RETURNING id
  ), secret AS (
    INSERT INTO alert_secrets SELECT id, 'known to whoever sends' FROM receiver
  ), fired AS (
    INSERT INTO alert_firings (id, rule_name, "timestamp", text) VALUES (gen_random_uuid(), 'A rule', now(), '') RETURNING id
  )
  INSERT INTO alert_deliveries (firing_id, receiver_id) SELECT fired.id, receiver.id FROM fired, receiver`;

const ROLES = [
  'tickwatch_writer',
  'tickwatch_reader',
  'tickwatch_metrics',
  'tickwatch_notifier',
  'grafana_reader',
  'some_publisher',
] as const;

describe('migrations', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('bring an empty database up to date once, however many services start at once', async () => {
    const url = await server.createDatabase();
    const applied: string[] = [];
    const stores = Array.from({ length: 6 }, (_, i) =>
      createPostgresStore({
        connectionString: url,
        applicationName: `starter-${i}`,
        onEvent: (event) => {
          if (event.type === 'migrated') applied.push(...event.applied);
        },
      }),
    );
    await Promise.all(stores.map((store) => store.migrate()));
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    const rows = await ask<{ version: number; name: string }>(url, 'SELECT * FROM schema_migrations ORDER BY version');
    assert.deepEqual(
      applied,
      rows.map((row) => row.name),
    );
    assert.equal(rows.length, (await readMigrations()).length);
    const days = await ask<{ n: number }>(url, 'SELECT count(*)::int AS n FROM stock_prices_days');
    assert.equal(days[0]?.n, 3, 'today and the next two days have their partitions');
  });

  it('make the tables that the contract names', async () => {
    const url = await server.createDatabase();
    await using store = createPostgresStore({ connectionString: url, applicationName: 'test' });
    await store.migrate();
    const columns = await ask<{ is: string }>(
      url,
      `SELECT format('%s %s %s%s', table_name, column_name, data_type, ' ' || character_maximum_length)
         || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS is
       FROM information_schema.columns WHERE table_name IN ('stock_prices', 'day_prices', 'metrics') ORDER BY table_name, ordinal_position`,
    );
    assert.deepEqual(
      columns.map((column) => column.is),
      [
        'day_prices timestamp timestamp with time zone NOT NULL',
        'day_prices stock_name character varying 255 NOT NULL',
        'day_prices exchange_name character varying 255 NOT NULL',
        'day_prices price numeric NOT NULL',
        'day_prices seq bigint NOT NULL',
        'metrics timestamp timestamp with time zone NOT NULL',
        'metrics service text',
        'metrics event text',
        'metrics metric text',
        'metrics value double precision',
        'metrics unit text',
        // A view: what is NOT NULL, its tables refuse.
        'stock_prices timestamp timestamp with time zone',
        'stock_prices stock_name character varying 255',
        'stock_prices exchange_name character varying 255',
        'stock_prices price numeric',
        'stock_prices seq bigint',
      ],
    );
    const [index] = await ask<{ indexdef: string }>(
      url,
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'idx_stock_prices_ts_name'",
    );
    assert.match(index?.indexdef ?? '', /day_prices USING btree \(stock_name, "timestamp" DESC\)$/);
  });

  it('refuse a database whose migration is not the one of this program', async () => {
    const url = await server.createDatabase();
    await using store = createPostgresStore({ connectionString: url, applicationName: 'test' });
    await store.migrate();
    await ask(url, "UPDATE schema_migrations SET checksum = 'other' WHERE version = 3");
    await using other = createPostgresStore({ connectionString: url, applicationName: 'test' });
    await assert.rejects(other.migrate(), /migration 3 \(rollups\) was changed after it had been applied/);
  });

  it('give each role what it needs and no more, and keep rollups for whoever may only insert', async () => {
    const url = await server.createDatabase();
    const database = new URL(url.replace(/^postgres(ql)?/, 'http')).pathname.slice(1);
    for (const role of ROLES) await ask(url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    try {
      await ask(url, `GRANT CREATE, USAGE ON SCHEMA public TO tickwatch_writer`);
      // As a deployment has it.
      await ask(url, 'ALTER DEFAULT PRIVILEGES FOR ROLE tickwatch_writer GRANT SELECT ON TABLES TO tickwatch_reader');
      const writer = asUser(url, 'tickwatch_writer', 'secret');
      {
        await using store = createPostgresStore({ connectionString: writer, applicationName: 'test' });
        await store.migrate();
      }
      await ask(url, 'GRANT INSERT ON stock_prices TO some_publisher');
      await ask(
        asUser(url, 'some_publisher', 'secret'),
        "INSERT INTO stock_prices VALUES (now(), 'AAPL', 'NASDAQ', 1.5), (now(), 'AAPL', 'NASDAQ', 2.5)",
      );
      const reader = asUser(url, 'tickwatch_reader', 'secret');
      const rollups = await ask<{ sum: string }>(reader, "SELECT sum FROM price_rollups WHERE width = 'day'");
      assert.deepEqual(rollups, [{ sum: '4.0' }]);
      await assert.rejects(ask(reader, 'DELETE FROM stock_prices'), /permission denied/);
      {
        await using store = createPostgresStore({ connectionString: writer, applicationName: 'test' });
        await using leader = await lead(store);
        assert.deepEqual([...(await leader.survey([])).members.keys()], ['test']);
      }
      {
        await using store = createPostgresStore({ connectionString: reader, applicationName: 'test' });
        await store.migrate();
      }
      const metrics = asUser(url, 'tickwatch_metrics', 'secret');
      await ask(metrics, "INSERT INTO metrics VALUES (now(), 's', 'e', 'm', 1, 'u')");
      await assert.rejects(ask(metrics, 'SELECT * FROM metrics'), /permission denied/);
      await assert.rejects(ask(metrics, 'SELECT * FROM stock_prices'), /permission denied/);
      const grafana = asUser(url, 'grafana_reader', 'secret');
      assert.equal((await ask(grafana, 'SELECT value FROM metrics')).length, 1);
      for (const role of [reader, grafana]) {
        const today = "ticks_between('AAPL', now() - interval '1 day')";
        assert.equal((await ask(role, "SELECT FROM stock_prices WHERE stock_name = 'AAPL'")).length, 2);
        assert.equal((await ask(role, `SELECT FROM ${today}`)).length, 2);
        await assert.rejects(ask(role, "INSERT INTO stock_prices VALUES (now(), 'A', 'NYSE', 1)"), /permission denied/);
        await assert.rejects(ask(role, 'SELECT renew_stock_prices()'), /permission denied/);
      }
      await ask(writer, FIRED);
      for (const secret of ['SELECT FROM alert_secrets', 'DELETE FROM alert_rules']) {
        for (const role of [reader, grafana]) await assert.rejects(ask(role, secret), /permission denied/);
      }
      await assert.rejects(ask(grafana, 'SELECT target FROM alert_receivers'), /permission denied/);
      const notifier = asUser(url, 'tickwatch_notifier', 'secret');
      {
        await using outbox = createAlertOutbox({ connectionString: notifier, applicationName: 'test' });
        const place = await outbox.placeBefore(0);
        assert.equal((await outbox.firingsBehind(place, 10)).firings.length, 0);
        const [queue] = await outbox.queues();
        assert.equal(queue?.receiver.secret, 'known to whoever sends');
        const [claimed] = await outbox.claim(queue.receiver.id, 10, 1000);
        await outbox.delivered(queue.receiver.id, [claimed?.firing.id ?? '']);
        assert.deepEqual(await outbox.queues(), []);
      }
      for (const other of ['DELETE FROM alert_deliveries', 'SELECT FROM stock_prices', 'SELECT FROM alert_rules']) {
        await assert.rejects(ask(notifier, other), /permission denied/);
      }
      await ask(writer, 'DELETE FROM stock_prices WHERE price = 2.5; SELECT renew_stock_prices()');
      assert.equal((await ask(writer, 'SELECT FROM stock_prices')).length, 1);
      await assert.rejects(ask(grafana, "SELECT create_day_partition('2020-01-01')"), /permission denied/);
    } finally {
      await ask(url, 'ALTER DEFAULT PRIVILEGES FOR ROLE tickwatch_writer REVOKE ALL ON TABLES FROM tickwatch_reader');
      await ask(url, `DROP OWNED BY ${ROLES.join(', ')}`);
      await ask(url, `REVOKE ALL ON DATABASE ${database} FROM ${ROLES.join(', ')}`);
      await ask(url, `DROP ROLE ${ROLES.join(', ')}`);
    }
  });
});
