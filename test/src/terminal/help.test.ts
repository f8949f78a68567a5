import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What they run prints help of its own. */
const TOOLS_OF_OTHERS = ['build:client', 'fix'];
const AT_ONCE = 2;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickwatch-help-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function npmRun(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    execFile(
      'npm',
      ['run', '--silent', script, '--', ...args],
      { cwd: ROOT, env: { PATH, HOME, PORT: '0', DATA_DIR: join(folder, 'data'), ...env }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

async function inTurns<T>(all: readonly T[], check: (one: T) => Promise<void>): Promise<void> {
  const queue = all.values();
  const work = async (): Promise<void> => {
    for (const one of queue) await check(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

describe('--help', () => {
  const told = new Map<string, string>();

  it('tells of every script what it does, with examples, does nothing else, and ends well', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    // The parts of `check` are run by it.
    const own = Object.keys(scripts).filter((name) => !TOOLS_OF_OTHERS.includes(name) && !name.startsWith('check:'));
    assert.ok(own.length > 15);
    await inTurns(own, async (script) => {
      const { code, stdout, stderr } = await npmRun(script, ['--help']);
      assert.deepEqual([code, stderr], [0, ''], script);
      told.set(script, stdout);
      assert.match(stdout, /^npm (run|start|test)/, script);
      assert.match(stdout, /^Examples:\n {2}\S/m, `${script}:\n${stdout}`);
      const longest = Math.max(...stdout.split('\n').map((line) => line.length));
      assert.ok(longest <= 130, `${script}: a line of ${longest}`);
    });
    assert.deepEqual(await readdir(folder), []);
  });

  it('is the same by its short name', async () => {
    assert.equal((await npmRun('start', ['-h'])).stdout, told.get('start'));
  });

  it('tells of what is set by the environment every setting, with its default and what it does', () => {
    for (const script of ['start', 'start:generator', 'start:subscriber', 'start:backend', 'start:notifier']) {
      const stdout = told.get(script) ?? '';
      assert.match(stdout, /^ {2}PORT=\d+ +where it listens$/m, script);
      assert.match(stdout, /^ {2}REDIS_URL|DATABASE_URL .*default: /m, script);
      const bare = stdout.split('\n').filter((line) => /^ {2}[A-Z_]+(=\S*)?$/.test(line));
      // A long name has its text in the next line.
      for (const line of bare) assert.ok(line.length > 30, `${script}: ${line}`);
    }
  });

  it('tells of commands where the database is', () => {
    for (const script of ['import', 'export', 'rollups', 'seal', 'unseal', 'lanes']) {
      const stdout = told.get(script) ?? '';
      for (const name of ['DATABASE_URL', 'DATA_DIR']) assert.match(stdout, new RegExp(`^  ${name} +\\S`, 'm'), script);
    }
  });
});

describe('an argument that is not known', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['import', ['--dry-rum', 'x'], /^"--dry-rum" is not known here; --dry-run is meant\?/],
    ['export', ['--fromat', 'csv', 'x.csv'], /^"--fromat" is not known here; --format is meant\?/],
    ['export', ['x.csv', '--format', 'parqet'], /parquet is meant\?/],
    ['rollups', ['verfy'], /^"verfy" is not known here; verify is meant\?/],
    ['lanes', ['lst'], /list is meant\?/],
    ['seal', ['--older-then', '3'], /--older-than is meant\?/],
    ['unseal', ['--form', '2026-01-01'], /--from is meant\?/],
    ['start', ['--prot', '9000'], /PORT is meant\? {2}PORT=9000 npm start/],
    ['start', ['--hlep'], /--help is meant\?/],
    ['start:backend', ['--data-dir=/x'], /DATA_DIR is meant\? {2}DATA_DIR=\/x npm run start:backend/],
    ['dashboards', ['--chek'], /--check is meant\?/],
    ['check', ['typs'], /types is meant\?/],
  ];

  it('is refused with the nearest one, and nothing is done', async () => {
    await inTurns(cases, async ([script, args, meant]) => {
      const { code, stdout, stderr } = await npmRun(script, args);
      assert.deepEqual([code, stdout], [2, ''], script);
      assert.match(stderr, meant);
      assert.doesNotMatch(stderr, /\n +at /);
    });
    assert.deepEqual(await readdir(folder), []);
  });
});

describe('a failure that is to be expected', () => {
  const DATABASE_URL = 'postgresql://tickwatch:secret-password@127.0.0.1:1/stocks';
  const REDIS_URL = 'redis://127.0.0.1:1';
  const commands: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    ['import', ['package.json', '--exchange', 'NYSE'], { DATABASE_URL }, /^PostgreSQL is not reachable: .*:1\n$/],
    ['export', ['-'], { DATABASE_URL }, /^PostgreSQL is not reachable: .*\n$/],
    ['rollups', ['verify'], { DATABASE_URL }, /^PostgreSQL is not reachable: .*\n$/],
    ['seal', [], { DATABASE_URL }, /^PostgreSQL is not reachable: .*\n$/],
    ['unseal', ['--all'], { DATABASE_URL }, /^PostgreSQL is not reachable: .*\n$/],
    ['lanes', ['list'], { DATA_DIR: '/dev/null/x' }, /^DATA_DIR \/dev\/null\/x.*\n$/],
    ['import', ['/nowhere.csv'], {}, /^there is no file \/nowhere\.csv\n/],
  ];

  it('is one sentence of a command, without a stack or a password', async () => {
    await inTurns(commands, async ([script, args, env, sentence]) => {
      const { code, stderr } = await npmRun(script, args, env);
      assert.ok(code > 0, script);
      assert.match(stderr, sentence, script);
      assert.doesNotMatch(stderr, /secret-password|\n +at /);
    });
  });

  const services: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'start:generator',
      { REDIS_URL, HOST: '192.0.2.1' },
      /HOST is "192\.0\.2\.1", which is no address of this machine/,
    ],
    ['start:generator', { REDIS_URL, GENERATOR_STOCKS_FILE: '/nowhere' }, /GENERATOR_STOCKS_FILE can't be read/],
    ['start:subscriber', { REDIS_URL, DATABASE_URL, DATA_DIR: '/dev/null/x' }, /\/dev\/null/],
    ['start:backend', { DATABASE_URL, HOST: '192.0.2.1' }, /no address of this machine/],
    ['start:backend', { DATABASE_URL_FILE: '/nowhere' }, /DATABASE_URL_FILE can't be read/],
  ];

  it('is one sentence in the JSON of a service, without a stack', async () => {
    await inTurns(services, async ([script, env, sentence]) => {
      const { code, stdout, stderr } = await npmRun(script, [], env);
      assert.ok(code > 0, script);
      assert.equal(stderr, '');
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      const fatal = lines.filter(({ level }) => level === 'fatal');
      assert.equal(fatal.length, 1, stdout);
      assert.match(String(fatal[0]?.message), sentence);
      assert.equal(fatal[0]?.stack, undefined);
      assert.doesNotMatch(stdout, /secret-password/);
    });
  });
});
