import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, sql, tryDocker } from './docker.ts';

/** As any container of the network does, Grafana among them. */
const psql = (url: string, statement = 'SELECT current_user') =>
  tryDocker([
    'run',
    '--rm',
    '--network',
    'tickwatch_data',
    '--entrypoint',
    'psql',
    'tickwatch-postgres',
    url,
    '-Atc',
    statement,
  ]);

test('a superuser is refused by network with the right password too, and let in over the socket', async () => {
  for (const database of ['stocks', 'postgres', 'template1']) {
    const { code, stderr } = await psql(`postgres://postgres:password@postgres/${database}`);
    assert.notEqual(code, 0);
    assert.match(stderr, /pg_hba\.conf rejects connection .*user "postgres"/, database);
  }
  // From within its own container as well.
  const within = ['exec', 'postgres', 'psql', 'postgres://postgres:password@127.0.0.1/stocks', '-c', 'SELECT 1'];
  assert.match((await tryDocker(within)).stderr, /pg_hba\.conf rejects/);
  assert.equal(await sql('SELECT current_user'), 'postgres');
});

test('a superuser of another name is refused by network as well, an operator’s role is let in when it is named', async () => {
  await sql(`CREATE ROLE stack_test SUPERUSER LOGIN PASSWORD 'stack-test'`);
  const url = 'postgres://stack_test:stack-test@postgres/stocks';
  try {
    assert.match((await psql(url)).stderr, /pg_hba\.conf rejects/);
    await sql(
      'ALTER ROLE stack_test NOSUPERUSER; GRANT tickwatch_network TO stack_test; GRANT CONNECT ON DATABASE stocks TO stack_test',
    );
    assert.equal((await psql(url)).stdout.trim(), 'stack_test');
    assert.match((await psql(url.replace('/stocks', '/postgres'))).stderr, /pg_hba\.conf rejects/);
  } finally {
    await sql('DROP OWNED BY stack_test; DROP ROLE stack_test');
  }
});

test('a role of one’s own reads prices as docs/stack.md has it, and writes none', async () => {
  await sql(`CREATE ROLE desk LOGIN PASSWORD 'desk-password' IN ROLE tickwatch_network`);
  try {
    await sql('GRANT CONNECT ON DATABASE stocks TO desk; GRANT USAGE ON SCHEMA public TO desk');
    await sql('GRANT SELECT ON stock_prices TO desk');
    const url = 'postgres://desk:desk-password@postgres/stocks';
    assert.ok(Number((await psql(url, 'SELECT count(*) FROM stock_prices')).stdout) > 0);
    assert.match((await psql(url, 'DELETE FROM stock_prices')).stderr, /permission denied/);
  } finally {
    await sql('DROP OWNED BY desk; DROP ROLE desk');
  }
});

test('the services’ roles log in by SCRAM alone, to the one database, without any right of a superuser', async () => {
  const roles = {
    tickwatch_writer: 'writer-password',
    tickwatch_reader: 'reader-password',
    tickwatch_notifier: 'notifier-password',
    tickwatch_metrics: 'metrics-password',
    grafana_reader: 'grafana-password',
  };
  for (const [role, password] of Object.entries(roles)) {
    assert.equal((await psql(`postgres://${role}:${password}@postgres/stocks`)).stdout.trim(), role);
    assert.match((await psql(`postgres://${role}:wrong@postgres/stocks`)).stderr, /authentication failed/, role);
    assert.match((await psql(`postgres://${role}:${password}@postgres/postgres`)).stderr, /pg_hba\.conf rejects/, role);
    const program = await psql(`postgres://${role}:${password}@postgres/stocks`, `COPY (SELECT 1) TO PROGRAM 'id'`);
    assert.match(program.stderr, /permission denied|read-only/, role);
  }
  assert.equal(await sql(`SELECT count(*) FROM pg_authid WHERE rolpassword NOT LIKE 'SCRAM-SHA-256$%'`), '0');
  assert.equal(await sql('SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL'), '0');
  const methods = await sql(`SELECT DISTINCT auth_method FROM pg_hba_file_rules ORDER BY 1`);
  assert.equal(methods, 'peer\nreject\nscram-sha-256');
});

test('the health check leaves no failed login in PostgreSQL’s log', async () => {
  const since = new Date();
  const checked = async (): Promise<boolean> => {
    const log = await docker('inspect', '--format', '{{json .State.Health.Log}}', 'postgres');
    return (JSON.parse(log) as readonly { readonly Start: string }[]).some(({ Start }) => new Date(Start) > since);
  };
  await until(checked, { what: 'a health check', everyMs: 500 });
  const { stderr } = await tryDocker(['logs', '--since', since.toISOString(), 'postgres']);
  assert.doesNotMatch(stderr, /FATAL/);
});

/** Runs redis-cli in a container of its own on the network. */
const redis = (user: readonly string[], ...command: readonly string[]) =>
  docker(
    'run',
    '--rm',
    '--network',
    'tickwatch_data',
    '--entrypoint',
    'redis-cli',
    'redis:8',
    '-h',
    'redis',
    '--no-auth-warning',
    ...user,
    ...command,
  );

test('Redis answers nobody without a password', async () => {
  for (const command of [['PING'], ['PUBLISH', 'NYSE', 'TSLA:1'], ['SUBSCRIBE', 'NYSE'], ['ACL', 'LIST']]) {
    assert.match(await redis([], ...command), /NOAUTH/, command.join(' '));
  }
  assert.match(await redis(['--pass', 'wrong'], 'PING'), /NOAUTH/);
  assert.equal(await redis(['--pass', 'redis-password'], 'PING'), 'PONG');
});

test('the subscriber may not publish, the publisher may not read, and neither may do anything else', async () => {
  const subscriber = ['--user', 'subscriber', '--pass', 'subscriber-password'];
  const publisher = ['--user', 'publisher', '--pass', 'publisher-password'];
  const denied = /NOPERM/;
  for (const command of [
    ['PUBLISH', 'NYSE', 'TSLA:1'],
    ['XADD', 'ticks:NYSE', '*', 'm', 'TSLA:1'],
    ['EVAL', `return redis.call('PUBLISH', 'NYSE', 'TSLA:1')`, '0'],
    ['XINFO', 'STREAM', 'elsewhere'],
  ]) {
    assert.match(await redis(subscriber, ...command), /NOPERM|ACL failure/, command.join(' '));
  }
  for (const command of [
    ['SUBSCRIBE', 'NYSE'],
    ['XRANGE', 'ticks:NYSE', '-', '+'],
    ['XADD', 'elsewhere', '*', 'm', 'x'],
  ]) {
    assert.match(await redis(publisher, ...command), denied, command.join(' '));
  }
  for (const user of [subscriber, publisher]) {
    for (const command of [
      ['CONFIG', 'GET', '*'],
      ['FLUSHALL'],
      ['ACL', 'LIST'],
      ['KEYS', '*'],
      ['SHUTDOWN'],
      ['SET', 'ticks:x', '1'],
    ]) {
      assert.match(await redis(user, ...command), denied, command.join(' '));
    }
  }
  assert.match(await redis(publisher, 'PUBLISH', 'LSE.nobody', 'x'), /^0$/);
});
