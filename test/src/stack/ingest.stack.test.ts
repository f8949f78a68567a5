import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, sql, sqlNumber } from './docker.ts';
import { askJson } from './front-door.ts';

test('a batch is stored every five seconds', async () => {
  const gaps = async (): Promise<number[]> => {
    const rows = await sql(
      `SELECT extract(epoch FROM "timestamp") FROM metrics WHERE metric = 'flush_rows' AND "timestamp" > now() - interval '30 s' ORDER BY 1`,
    );
    const times = rows.split('\n').map(Number);
    // A batch that is cut in two is stored in one go.
    return times.slice(1).flatMap((time, i) => (time - (times[i] ?? 0) > 1 ? time - (times[i] ?? 0) : []));
  };
  let found: readonly number[] = [];
  const isEven = async (): Promise<boolean> => {
    found = await gaps();
    // What alerts fire is stored at once: those of the test before may lie among the first.
    return found.length >= 3 && found.slice(-3).every((gap) => gap > 3);
  };
  await until(isEven, { what: 'four flushes with nothing between them', timeoutMs: 40_000, everyMs: 500 });
  assert.ok(
    found.every((gap) => gap < 8),
    `flushes are ${found.map((seconds) => seconds.toFixed(1)).join(', ')} s apart`,
  );
  assert.ok((await sqlNumber(`SELECT count(*) FROM stock_prices WHERE "timestamp" > now() - interval '15 s'`)) > 0);
});

test('a price published with redis-cli comes out of table and API with its digits', async () => {
  const stock = `HAND${Date.now() % 1_000_000}`;
  await docker('exec', 'redis', 'redis-cli', 'PUBLISH', 'NYSE', `${stock}:723.0200`);
  await until(async () => (await sql(`SELECT price FROM stock_prices WHERE stock_name = '${stock}'`)) === '723.0200', {
    what: 'the row',
    timeoutMs: 12_000,
    everyMs: 200,
  });
  const prices = await askJson<readonly { price: number }[]>(`http://localhost/api/prices/${stock}`);
  assert.deepEqual(
    prices.map(({ price }) => price),
    [723.02],
  );
});

test('measurements arrive in metrics through the log collector, all with name, value and time', async () => {
  const wanted = [
    'insert_latency',
    'flush_rows',
    'ticks_received',
    'ticks_stored',
    'ticks_rejected',
    'ticks_waiting',
    'live_publish_latency',
    'end_to_end_age',
    'burst',
    'publisher_clock_drift',
    'api_latency_p99',
  ];
  await until(
    async () => {
      // Something to measure for the API.
      await askJson('http://localhost/api/average/AAPL');
      const found = await sql(`SELECT DISTINCT metric FROM metrics WHERE "timestamp" > now() - interval '1 min'`);
      return wanted.every((name) => found.split('\n').includes(name));
    },
    { what: wanted.join(', '), everyMs: 1000 },
  );
  assert.equal(await sql('SELECT count(*) FROM metrics WHERE metric IS NULL OR value IS NULL'), '0');
  const lag = await sqlNumber(
    `SELECT extract(epoch FROM now() - max("timestamp")) FROM metrics WHERE metric = 'insert_latency'`,
  );
  assert.ok(lag < 15, `the newest measurement is ${lag} s old`);
});

test('a line that is no measurement leaves no row but a count', async () => {
  const discarded = `SELECT count(*) FROM metrics WHERE metric = 'lines_discarded'`;
  const before = await sqlNumber(discarded);
  const lines = ['plain text', '42', '{"event":"ordinary"}', '{"metric":"stack_test","value":"1"}'];
  const good = `{"timestamp":"${new Date().toISOString()}","service":"test","event":"e","metric":"stack_test","value":7,"unit":"s"}`;
  const script = `sleep 2; printf '%s\\n' ${[...lines, good].map((line) => `'${line}'`).join(' ')}; sleep 3`;
  await docker(
    'run',
    '--rm',
    '--label',
    'tickwatch.metrics=collect',
    '--entrypoint',
    'sh',
    'tickwatch-subscriber',
    '-c',
    script,
  );
  await until(async () => (await sqlNumber(discarded)) === before + 3, {
    what: 'three counted',
    timeoutMs: 10_000,
    everyMs: 200,
  });
  assert.equal(await sql(`SELECT string_agg(value::text, ',') FROM metrics WHERE metric = 'stack_test'`), '7');
  await sql(`DELETE FROM metrics WHERE metric = 'stack_test'`);
});

test('a role can do its own work and no more', async () => {
  const as = (role: string, password: string) => (statement: string) =>
    sql(statement, `postgres://${role}:${password}@postgres/stocks`);
  const reader = as('tickwatch_reader', 'reader-password');
  const collector = as('tickwatch_metrics', 'metrics-password');
  const grafana = as('grafana_reader', 'grafana-password');
  const notifier = as('tickwatch_notifier', 'notifier-password');
  const denied = /permission denied|read-only transaction/;
  assert.ok(Number(await reader('SELECT count(*) FROM stock_prices')) > 0);
  assert.ok(Number(await grafana('SELECT count(*) FROM metrics')) > 0);
  for (const statement of [
    'DELETE FROM stock_prices',
    'CREATE TABLE mine (x int)',
    'SET default_transaction_read_only = off; TRUNCATE metrics',
  ]) {
    await assert.rejects(reader(statement), denied, statement);
    await assert.rejects(grafana(statement), denied, statement);
  }
  await assert.rejects(collector('SELECT count(*) FROM metrics'), denied);
  await assert.rejects(collector('DELETE FROM metrics'), denied);
  await assert.rejects(collector('SELECT count(*) FROM stock_prices'), denied);
  await notifier('SELECT count(*) FROM alert_firings; UPDATE alert_deliveries SET attempts = attempts');
  for (const statement of ['SELECT FROM stock_prices', 'DELETE FROM alert_deliveries', 'DELETE FROM alert_firings']) {
    await assert.rejects(notifier(statement), denied, statement);
  }
  for (const other of [reader, grafana, collector]) await assert.rejects(other('SELECT FROM alert_secrets'), denied);
  await assert.rejects(as('tickwatch_reader', 'wrong')('SELECT 1'), /authentication failed/);
  assert.equal(
    await sql(`SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'tickwatch_writer'`),
    '0',
  );
});
