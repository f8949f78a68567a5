import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PROJECT } from '../stack/docker.ts';
import { compose } from './compose-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwatch-env-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

interface Run {
  readonly code: number | null;
  readonly said: string;
}

function sh(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', ...env } } as const;
  const { status, stdout, stderr } = spawnSync('sh', [join(PROJECT, 'deploy/secrets', script), ...args], options);
  return { code: status, said: stdout + stderr };
}

/** Makes secrets for a file with a text, or for none. */
function make(text?: string): { readonly file: string; readonly text: string; readonly said: string } {
  files += 1;
  const file = join(folder, `${files}.env`);
  if (text !== undefined) writeFileSync(file, text, { mode: 0o644 });
  const { code, said } = sh('make.sh', [file]);
  assert.equal(code, 0, said);
  return { file, text: readFileSync(file, 'utf8'), said };
}

const settings = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

const DEFAULTS = new Map(
  readFileSync(join(PROJECT, 'deploy/secrets/secrets.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ') as [string, string | undefined]),
);

describe('npm run secrets', () => {
  it('makes every secret, a strong one each, never the same twice, and shows none', () => {
    const { text, said } = make();
    const made = settings(text);
    assert.deepEqual([...made.keys()], [...DEFAULTS.keys()]);
    for (const [name, value] of made) {
      assert.match(value, /^[0-9a-f]{48}$/, name);
      assert.doesNotMatch(said, new RegExp(value), name);
      assert.match(said, new RegExp(`^  ${name}$`, 'm'));
    }
    assert.equal(new Set(made.values()).size, made.size);
    assert.notDeepEqual([...settings(make().text).values()], [...made.values()]);
  });

  it('keeps the file from others, also one that was there before', () => {
    for (const { file } of [make(), make('HTTP_PORT=81\n')]) assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('leaves values of one’s own, however they are written, and other settings as they are', () => {
    const own = [
      '# my machine',
      'HTTP_PORT=8081',
      'POSTGRES_PASSWORD=mine',
      'export REDIS_PASSWORD="mine # 1"',
      "CENTRIFUGO_API_KEY = 'mine'",
      'ADMIN_TOKEN: mine',
      'GRAFANA_ADMIN_PASSWORD=mine # since May',
    ].join('\n');
    const { text, said } = make(own);
    assert.ok(text.startsWith(`${own}\n`), text);
    for (const name of [
      'POSTGRES_PASSWORD',
      'REDIS_PASSWORD',
      'CENTRIFUGO_API_KEY',
      'ADMIN_TOKEN',
      'GRAFANA_ADMIN_PASSWORD',
    ]) {
      assert.doesNotMatch(said, new RegExp(`^  ${name}$`, 'm'));
    }
    assert.doesNotMatch(said, /mine/);
  });

  it('replaces what would refuse to start: an empty value, a default, a default of another secret', () => {
    const { text } = make(
      'POSTGRES_PASSWORD=\nREDIS_PASSWORD= # none\nGRAFANA_ADMIN_PASSWORD="admin"\nCENTRIFUGO_API_KEY=password\r\n',
    );
    const made = settings(text);
    for (const name of DEFAULTS.keys()) assert.match(made.get(name) ?? '', /^[0-9a-f]{48}$/, name);
    assert.equal(text.match(/^GRAFANA_ADMIN_PASSWORD/gm)?.length, 1);
  });

  it('changes nothing the second time', () => {
    const { file, text } = make();
    assert.match(sh('make.sh', [file]).said, /nothing was changed/);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('follows a link, leaves no file of its own behind, and refuses a folder', () => {
    const { file } = make('POSTGRES_PASSWORD=mine\n');
    const link = join(folder, 'link.env');
    symlinkSync(file, link);
    assert.equal(sh('make.sh', [link]).code, 0);
    assert.equal(readFileSync(link, 'utf8'), readFileSync(file, 'utf8'));
    const { status, stdout } = spawnSync('ls', ['-A', folder], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /\.env\./);
    assert.equal(sh('make.sh', [folder]).code, 64);
  });

  it('writes what Git ignores', () => {
    const ignored = (name: string) =>
      spawnSync('git', ['check-ignore', '--no-index', '-q', name], { cwd: PROJECT }).status;
    if (!existsSync(join(PROJECT, '.git'))) return;
    assert.equal(ignored('.env'), 0);
    assert.equal(ignored('.env.aB3xYz'), 0);
    assert.equal(ignored('.env.example'), 1);
  });
});

describe('the check before the start', () => {
  const defaults = Object.fromEntries([...DEFAULTS].map(([name, value = '']) => [name, value]));
  const check = (env: Readonly<Record<string, string>>): Run => sh('check.sh', [], { ...defaults, ...env });
  const good = Object.fromEntries([...DEFAULTS.keys()].map((name, i) => [name, `of-my-own-${i}`]));

  it('lets the defaults pass where this machine alone gets in', () => {
    for (const env of [
      {},
      { PUBLISH_ADDRESS: '127.0.0.1' },
      { PUBLISH_ADDRESS: '127.8.9.10' },
      { PUBLISH_ADDRESS: '[::1]', PUBLIC_URL: 'http://[::1]:8081' },
      { PUBLIC_URL: 'https://localhost:8443' },
      { PUBLIC_URL: 'http://tickwatch.localhost' },
    ]) {
      const { code, said } = check(env);
      assert.equal(code, 0, said);
    }
  });

  it('refuses the defaults where others get in, and names each one and the command', () => {
    for (const env of [
      { PUBLISH_ADDRESS: '0.0.0.0' },
      { PUBLISH_ADDRESS: '[::]' },
      { PUBLISH_ADDRESS: '192.168.1.20' },
      { PUBLIC_URL: 'http://192.168.1.20' },
      { PUBLIC_URL: 'https://prices.example' },
      { PUBLIC_URL: 'http://127.0.0.1.evil.example' },
      { PUBLIC_URL: 'http://localhost.evil.example:80' },
    ]) {
      const { code, said } = check(env);
      assert.equal(code, 64, JSON.stringify(env));
      for (const [name, value] of DEFAULTS) {
        if (value !== undefined) assert.match(said, new RegExp(`^  ${name}$`, 'm'));
      }
      assert.match(said, /npm run secrets/);
      assert.match(said, /deploy\/secrets\/make\.sh/);
    }
  });

  it('refuses one default or empty value among good ones, and lets good ones pass', () => {
    const published = { ...good, PUBLISH_ADDRESS: '0.0.0.0' };
    assert.equal(check(published).code, 0);
    assert.equal(check({ ...published, ADMIN_TOKEN: '' }).code, 0);
    for (const value of ['', 'admin', 'password', 'redis-password']) {
      const { code, said } = check({ ...published, GRAFANA_ADMIN_PASSWORD: value });
      assert.equal(code, 64, value);
      assert.match(said, /:\n {2}GRAFANA_ADMIN_PASSWORD\nOne command/);
    }
  });

  it('shows no secret', () => {
    const { said } = check({ ...good, PUBLISH_ADDRESS: '0.0.0.0', REDIS_PASSWORD: 'password' });
    assert.doesNotMatch(said, /of-my-own/);
  });

  it('refuses a PUBLIC_URL that Grafana could not make links from, and quotes it', () => {
    for (const url of [
      'prices.example',
      'http://localhost/',
      'https://prices.example/path',
      'ftp://localhost',
      'http://',
    ]) {
      const { code, said } = check({ ...good, PUBLIC_URL: url });
      assert.equal(code, 64, url);
      assert.ok(said.includes(`"${url}"`), said);
    }
  });

  it('asks for none of a file that the stack is not started with', () => {
    const { REDIS_LIVE_PASSWORD: _, REDIS_CENTRIFUGO_PASSWORD: __, TICKWATCH_REPLICA_PASSWORD: ___, ...alone } = good;
    const { code, said } = sh('check.sh', [], { ...alone, PUBLISH_ADDRESS: '0.0.0.0' });
    assert.equal(code, 0, said);
  });

  it('knows every secret by the default that compose.yaml and compose.scale.yaml give it', () => {
    const { services } = compose('compose.yaml', 'compose.scale.yaml');
    const { PUBLIC_URL, PUBLISH_ADDRESS, ...checked } = services.secrets?.environment ?? {};
    assert.ok(PUBLIC_URL && PUBLISH_ADDRESS);
    for (const [name, value] of Object.entries(checked)) {
      assert.match(value, new RegExp(`^\\$\\{${name}:?-${DEFAULTS.get(name) ?? ''}\\}$`));
    }
    assert.deepEqual(Object.keys(checked).sort(), [...DEFAULTS.keys()].sort());
  });
});
