import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, environmentOf, inspect, sql, tryDocker } from './docker.ts';

const DEFAULTS: Readonly<Record<string, string>> = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  maintenance_work_mem: '256MB',
  wal_buffers: '64MB',
  checkpoint_timeout: '10min',
  checkpoint_completion_target: '0.9',
  max_wal_size: '2GB',
  min_wal_size: '1GB',
  listen_addresses: '*',
  // What PostgreSQL 15 and later call "on".
  wal_compression: 'pglz',
};

test('SHOW gives the documented defaults in the running container', async () => {
  for (const [name, value] of Object.entries(DEFAULTS)) assert.equal(await sql(`SHOW ${name}`), value, name);
  assert.equal(await sql('SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL'), '0');
});

const environment = (changes: Readonly<Record<string, string>>) => environmentOf('postgres', changes);

test('another value in the environment counts from the next start', async () => {
  const name = `tickwatch-settings-${randomUUID().slice(0, 8)}`;
  const show = (container: string, setting: string): Promise<string> =>
    docker('exec', container, 'psql', '-U', 'postgres', '-d', 'stocks', '-Atc', `SHOW ${setting}`);
  const start = async (changes: Readonly<Record<string, string>>): Promise<void> => {
    await docker(
      'run',
      '--detach',
      '--name',
      name,
      '--volume',
      `${name}:/var/lib/postgresql/data`,
      ...(await environment(changes)),
      'tickwatch-postgres',
    );
    await until(async () => docker('exec', name, 'healthy.sh').then(() => true), {
      what: 'a healthy server',
      timeoutMs: 60_000,
      everyMs: 200,
    });
  };
  try {
    await start({ SHARED_BUFFERS: '64MB', MAX_WAL_SIZE: '1GB', WAL_COMPRESSION: 'off', POSTGRES_PASSWORD: 'first' });
    assert.equal(await show(name, 'shared_buffers'), '64MB');
    assert.equal(await show(name, 'wal_compression'), 'off');
    await docker('rm', '--force', name);
    await start({ SHARED_BUFFERS: '96MB', CHECKPOINT_TIMEOUT: '3min', TICKWATCH_READER_PASSWORD: 'another-one' });
    assert.equal(await show(name, 'shared_buffers'), '96MB');
    assert.equal(await show(name, 'checkpoint_timeout'), '3min');
    // Passwords too: the cluster was made with others.
    const host = Object.values((await inspect(name)).NetworkSettings.Networks)[0] as { readonly IPAddress: string };
    const url = `postgres://tickwatch_reader:another-one@${host.IPAddress}/stocks`;
    assert.equal(await docker('exec', name, 'psql', url, '-Atc', 'SELECT current_user'), 'tickwatch_reader');
  } finally {
    await tryDocker(['rm', '--force', name]);
    await tryDocker(['volume', 'rm', '--force', name]);
  }
});

test('empty and malformed values are refused, each with its name, and no secret is printed', async () => {
  const bad = {
    SHARED_BUFFERS: '',
    MAX_WAL_SIZE: '2 gigs',
    CHECKPOINT_TIMEOUT: '10',
    CHECKPOINT_COMPLETION_TARGET: '1.5',
    LISTEN_ADDRESSES: "*'; DROP",
    POSTGRES_PASSWORD: '',
    TICKWATCH_WRITER_PASSWORD: 'hush@hush',
  };
  const { code, stderr } = await tryDocker(['run', '--rm', ...(await environment(bad)), 'tickwatch-postgres']);
  assert.equal(code, 64);
  for (const name of Object.keys(bad)) assert.match(stderr, new RegExp(`^ +${name}\\b`, 'm'), name);
  assert.doesNotMatch(stderr, /hush/);
});

test('a value that PostgreSQL itself rejects is refused with its words', async () => {
  const { code, stderr } = await tryDocker([
    'run',
    '--rm',
    ...(await environment({ MIN_WAL_SIZE: '1kB' })),
    'tickwatch-postgres',
  ]);
  assert.equal(code, 64);
  assert.match(stderr, /min_wal_size/);
});
