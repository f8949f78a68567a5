import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../servers/until.ts';
import { inspect, PROJECT, sql, sqlNumber, tryDocker } from './docker.ts';
import { ask } from './front-door.ts';
import { assertWorking } from './working.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwatch-secrets-'));
const file = join(folder, '.env');
const SUPERUSER = `SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'`;
const compose = readFileSync(join(PROJECT, 'compose.yaml'), 'utf8');
/** Those without which nothing starts: others are of compose.scale.yaml alone, and without the token there is no administrator. */
const NEEDED = [...readFileSync(join(PROJECT, 'deploy/secrets/secrets.txt'), 'utf8').matchAll(/^([A-Z_]+) /gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'ADMIN_TOKEN' && compose.includes(`\${${name}`));
let verifier: string;
let secrets: ReadonlyMap<string, string>;

before(async () => {
  verifier = await sql(SUPERUSER);
  execFileSync('sh', [join(PROJECT, 'deploy/secrets/make.sh'), file]);
  const lines = readFileSync(file, 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm);
  secrets = new Map([...lines].map(([, name = '', value = '']) => [name, value]));
});

// Whatever happened: the stack is as the other tests know it.
after(async () => {
  const began = new Date();
  const { code, stderr } = await tryDocker(['compose', 'up', '--detach', '--wait', '--wait-timeout', '180']);
  assert.equal(code, 0, stderr);
  await until(() => assertWorking(began).then(() => true), { what: 'the stack as before' });
  rmSync(folder, { recursive: true });
});

const up = (options: readonly string[], env: Readonly<Record<string, string>>) =>
  tryDocker(['compose', ...options, 'up', '--detach', '--wait', '--wait-timeout', '180'], env);

/** An address of this machine that others could reach. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  return found?.address ?? assert.fail('this machine has no address but loopback');
}

const secretOf = (name: string): string => secrets.get(name) ?? assert.fail(`${name} was not made`);

for (const [setting, value] of [
  ['PUBLISH_ADDRESS', '0.0.0.0'],
  ['PUBLIC_URL', 'https://prices.example'],
] as const) {
  test(`with ${setting}=${value} and the default secrets nothing starts, and the secrets are named with the command`, async () => {
    const { code, stderr } = await up([], { [setting]: value });
    assert.notEqual(code, 0);
    assert.match(stderr, /"secrets" didn't complete successfully/);
    const { stderr: said } = await tryDocker(['logs', 'secrets']);
    assert.match(said, new RegExp(`${setting} is ${value.replaceAll('.', '\\.')}`));
    for (const name of NEEDED) assert.match(said, new RegExp(`^  ${name}$`, 'm'), name);
    assert.match(said, /npm run secrets/);
    assert.notEqual((await inspect('nginx')).State.Status, 'running');
  });
}

test('secrets that the command made count for an existing stack, which then opens to the network, also with streams', async () => {
  const address = outerAddress();
  const began = new Date();
  const env = { PUBLISH_ADDRESS: '0.0.0.0', SERVER_NAMES: address, TICK_FEED: 'stream', LANES: '2' };
  const { code, stderr } = await up(['--env-file', file], env);
  assert.equal(code, 0, stderr);

  assert.equal((await ask(`http://${address}/`)).status, 200);
  assert.equal((await ask(`http://${address}/`, { headers: { host: 'evil.example' } })).status, 421);
  const newer = `SELECT count(*) FROM stock_prices WHERE "timestamp" > '${began.toISOString()}'`;
  await until(async () => (await sqlNumber(newer)) > 0, { what: 'ticks out of streams' });

  assert.notEqual(await sql(SUPERUSER), verifier);
  const as = (password: string): string => `postgres://tickwatch_reader:${password}@postgres/stocks`;
  assert.equal(await sql('SELECT current_user', as(secretOf('TICKWATCH_READER_PASSWORD'))), 'tickwatch_reader');
  await assert.rejects(sql('SELECT 1', as('reader-password')), /authentication failed/);
  const login = async (password: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    return (await ask(`http://${address}/grafana/api/search`, { headers: { authorization } })).status;
  };
  assert.equal(await login('admin'), 401);
  assert.equal(await login(secretOf('GRAFANA_ADMIN_PASSWORD')), 200);
});
