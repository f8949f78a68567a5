import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { insertCoverage, insertHoles, storeLane } from './holes-kit.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

const HEADER = 'timestamp,stock_name,exchange_name,price';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('the commands for files', () => {
  let database: TestDatabase;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-commands-'));
    database = await startTestDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  /** @param readBytes leaves as head does after so many bytes */
  const run = (
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    readBytes = Number.POSITIVE_INFINITY,
  ) =>
    new Promise<Ran>((resolve) => {
      const script = fileURLToPath(new URL(`../src/${command}.ts`, import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
        env: { ...process.env, DATABASE_URL: database.url, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.length >= readBytes) child.stdout.destroy();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it('what a terminal would obey is written out', async () => {
    const { err } = await run('import', [await file('escape.csv', 'a\u001b[2Jb,\u202ec\n1,2\n'), '--dry-run']);
    assert.match(err, /columns a\\x1b\[2Jb,\\u\{202e\}c: missing/);
  });

  it('make no new database where the folder is mistyped', async () => {
    const nowhere = join(folder, 'dtaa');
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const path = await file('x.csv', `${HEADER}\n`);
    for (const [command, args, dataDir] of [
      ['export', ['-'], nowhere],
      ['import', [path], nowhere],
      ['rollups', ['verify'], nowhere],
      ['lanes', ['list'], nowhere],
      ['export', ['-'], empty],
    ] as const) {
      const { DATABASE_URL: _, ...env } = process.env;
      const { code, err } = await run(command, args, { ...env, DATABASE_URL: undefined, DATA_DIR: dataDir });
      assert.equal(code, 1);
      assert.match(err, /DATA_DIR .*(there is no such folder|holds no database)/);
      assert.deepEqual([existsSync(nowhere), await readdir(empty)], [false, []]);
    }
  });

  it('import, list, refuse and take back', async () => {
    const rows = ['2026-09-10T08:00:00Z,SHELL,NYSE,1.50', '01/05/2026,SHELL,NYSE,1'];
    const path = await file('shell.csv', `${[HEADER, ...rows].join('\n')}\n`);
    const dry = await run('import', [path, '--dry-run']);
    assert.match(
      dry.out,
      /nothing is stored\n.*fields separated by ,\n[\s\S]*SHELL +NYSE +1\.50 +2026-09-10T08:00:00\.000000Z\n/,
    );
    assert.match(dry.out, /line 3: the time "01\/05\/2026" is not readable[\s\S]*a time is RFC 3339/);
    assert.equal(dry.code, 3);
    assert.equal((await run('import', ['--list'])).out, 'there are no imports\n');
    const imported = await run('import', [path]);
    assert.match(imported.out, /3 lines, 1 ticks stored, 1 lines rejected as import "shell\.csv"/);
    assert.equal(imported.code, 3);
    assert.match(
      (await run('import', [path])).out,
      /was imported before as import "shell\.csv"; nothing was stored again/,
    );
    assert.match((await run('import', ['--list'])).out, /\nshell\.csv +\S+Z +3 +1 +1 +finished\n$/);
    assert.match((await run('import', ['--undo', 'shel.csv'])).err, /no import named "shel\.csv"; there is shell\.csv/);
    assert.match((await run('import', ['--undo', 'shell.csv'])).out, /taken back: 1 ticks deleted/);
    assert.equal((await run('import', ['--list'])).out, 'there are no imports\n');
  });

  it('tell apart what is misspelt, what is not there and what is empty', async () => {
    const empty = await file('empty.csv', '');
    for (const [args, code, message] of [
      [[], 2, /a file is needed/],
      [['--cloumns', 'a', empty], 2, /"--cloumns" is not known here; --columns is meant/],
      [[join(folder, 'none.csv')], 2, /there is no file/],
      [[folder], 2, /is a folder/],
      [[empty, '--decimal', ';'], 2, /one of \. ,/],
      [[empty, '--encoding', 'klingon'], 2, /"klingon" is not known/],
      [[empty, '--time-zone', 'Mars/Base'], 2, /--time-zone "Mars\/Base"/],
      [[empty, '--exchange', 'N Y'], 2, /--exchange "N Y"/],
      [[empty], 1, /empty\.csv: it is empty/],
    ] as const) {
      const ran = await run('import', args);
      assert.match(ran.err, message);
      assert.equal(ran.code, code, ran.err);
    }
  });

  it('export nothing for a stock or an exchange that nobody knows, and name those that are near', async () => {
    await run('import', [await file('near.csv', `${HEADER}\n2026-09-10T08:00:00Z,AAPL,NYSE,1\n`)]);
    const path = join(folder, 'out.csv');
    for (const [args, message] of [
      [['--stock', 'APPL'], /no tick of stock "APPL"; there is AAPL/],
      [['--stock', 'aapl'], /no tick of stock "aapl"; there is AAPL/],
      [['--stock', 'AAPL', '--exchange', 'NASDAQ'], /no tick of exchange "NASDAQ"; there is NYSE/],
      [['--exchange', 'nyse'], /no tick of exchange "nyse"; there is NYSE/],
      [['--from', 'soon'], /--from "soon" is no time: give RFC 3339/],
    ] as const) {
      const ran = await run('export', [path, ...args]);
      assert.match(ran.err, message);
      assert.notEqual(ran.code, 0);
      assert.equal(existsSync(path), false);
    }
    assert.equal((await run('export', [path, '--stock', 'AAPL', '--to', '2026-09-10'])).code, 0);
    assert.equal(await readFile(path, 'utf8'), `${HEADER}\n2026-09-10T08:00:00.000000Z,AAPL,NYSE,1\n`);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('.part')),
      [],
    );
  });

  it('an export says on stderr whether it is complete, in a few lines, and is written all the same', async () => {
    await run('import', [
      await file('holes.csv', `${HEADER}\n2026-08-10T08:00:00Z,HOLE,LSE,1\n2026-08-10T10:00:00Z,HOLE,LSE,2\n`),
    ]);
    const noon = Date.parse('2026-08-10T08:00:00Z') * 1000;
    const args = ['-', '--stock', 'HOLE', '--to', '2026-08-10T10:00:00Z'];
    await insertCoverage(database.client, [{ exchange: 'LSE', from: noon }]);
    await storeLane(database.client, 'LSE/0', noon + 7200e6);
    const whole = await run('export', args);
    assert.deepEqual([whole.code, /^complete: /m.test(whole.err)], [0, true], whole.err);
    await database.client.query("DELETE FROM coverage WHERE source IS NOT NULL AND exchange_name = 'LSE'");
    await insertHoles(
      database.client,
      Array.from({ length: 500 }, (_, i) => ({
        exchange: 'LSE',
        from: noon + i * 1e6,
        to: noon + i * 1e6 + 5,
        messages: 3,
      })),
    );
    const { code, out, err } = await run('export', args);
    assert.equal(code, 0);
    assert.equal(out.split('\n').length, 4, 'stdout has the ticks only');
    assert.match(err, /^NOT complete: of 1 of 1 stocks/m);
    assert.match(err, /LSE 2026-08-10T08:00:00\.000000Z to 2026-08-10T08:00:00\.000005Z: not listening, 3 messages/);
    assert.match(err, /\/api\/gaps/);
    assert.ok(err.split('\n').length < 20, err);
  });

  it('end silently when whoever reads their output has enough', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `${1_789_000_000 + i},PIPE,NYSE,${i + 1}`);
    await run('import', [await file('pipe.csv', `${[HEADER, ...rows].join('\n')}\n`)]);
    const started = performance.now();
    const { code, err } = await run('export', ['-', '--stock', 'PIPE'], {}, 1000);
    assert.ok(performance.now() - started < 20_000, 'at once');
    assert.deepEqual([code, err], [0, '']);
  });
});
