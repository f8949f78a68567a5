import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findRunning } from '../src/embedded/lock-file.ts';
import { factsOf } from '../src/embedded/process-facts.ts';
import { startEmbeddedPostgres } from '../src/index.ts';
import {
  asOther,
  end,
  firstLine,
  isRoot,
  isThere,
  run,
  serverPid,
  serversOn,
  startHolder,
  type TempFolder,
  tempFolder,
} from './embedded-kit.ts';
import { ask, eventually } from './store-test-kit.ts';

const SHORT_MS = 20_000;
const now = Math.floor(Date.now() / 1000);

describe('a lock that a dead PostgreSQL left', () => {
  let folder: TempFolder;
  let dataDir = '';
  const strangers: ChildProcess[] = [];
  before(async () => {
    folder = await tempFolder();
    dataDir = join(folder.path, 'data');
    await (await startEmbeddedPostgres({ dataDir }))[Symbol.asyncDispose]();
  });
  after(async () => {
    for (const stranger of strangers) await end(stranger);
    await folder[Symbol.asyncDispose]();
  });
  const stranger = (program: string, args: readonly string[], cwd = '/'): number => {
    const child = spawn(program, args, { cwd, stdio: 'ignore' });
    strangers.push(child);
    return child.pid ?? 0;
  };
  const namedPostgres = async (args: readonly string[], cwd?: string): Promise<number> => {
    const program = join(folder.path, 'postgres');
    if (!(await isThere(program))) await copyFile(process.execPath, program);
    return stranger(program, ['-e', 'setTimeout(() => {}, 1e9)', ...args], cwd);
  };

  const cases: readonly (readonly [string, () => number | Promise<number>, number?])[] = [
    ['the first process of the system', () => 1],
    ['its own process', () => process.pid],
    ['the process that started it', () => process.ppid],
    ['a process of its user', () => stranger('sleep', ['1000'])],
    ['a process that works in the data folder', () => stranger('sleep', ['1000'], join(dataDir, 'postgres'))],
    ['a process that bears the name and works elsewhere', () => namedPostgres([])],
    ['a process with the right words that works elsewhere', () => namedPostgres(['-D', join(dataDir, 'postgres')])],
    ['a younger process with name and place', () => namedPostgres([], join(dataDir, 'postgres')), now - 1_000_000],
    ['nobody', () => 4_194_303],
  ];
  for (const [whose, pid, startedAt = now] of cases) {
    it(`does not block the start when its number is that of ${whose}`, async () => {
      await leaveLock(String(await pid()), startedAt);
      await startsAtOnce();
    });
  }

  it("does not block the start when its number is that of another user's process", async (test) => {
    if (!isRoot) return test.skip('takes root to be two users');
    const [program = '', ...args] = asOther();
    await leaveLock(String(stranger(program, [...args, 'sleep', '1000'])), now);
    await startsAtOnce();
  });

  for (const [what, text] of [
    ['empty', ''],
    ['cut short', '12'],
    ['full of rubbish', '\0\0\0\0\nx\n-1'],
    ['negative', `-1\nx\n1\n5432\n/tmp\n\n`],
  ] as const) {
    it(`does not block the start when it is ${what}`, async () => {
      await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), text);
      await startsAtOnce();
    });
  }

  it('is told apart also without /proc, by ps, and where nothing tells, by whether it listens', async (test) => {
    if ((await factsOf(process.pid, '/nowhere')) === 'unknown') return test.skip('there is no ps');
    const dataFolder = join(dataDir, 'postgres');
    const sockets = join(dataDir, 'run');
    for (const proc of ['/proc', '/nowhere']) {
      const other = stranger('sleep', ['1000']);
      await leaveLock(String(other), now);
      assert.equal(await findRunning(dataFolder, { sockets, proc }), undefined, proc);
      assert.ok(!(await isThere(join(dataFolder, 'postmaster.pid'))), 'it is removed');
      await using _server = await startEmbeddedPostgres({ dataDir });
      const pid = await serverPid(dataDir);
      assert.equal((await findRunning(dataFolder, { sockets, proc }))?.pid, pid, proc);
      const facts = await factsOf(pid, proc);
      assert.ok(typeof facts === 'object');
      assert.equal(facts.program, 'postgres', proc);
      assert.equal(facts.uid, process.getuid?.());
      assert.ok(Math.abs(facts.startedAt - Date.now() / 1000) < 60, `${proc}: ${facts.startedAt}`);
    }
    // Neither /proc nor ps.
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      await leaveLock(String(process.pid), now);
      assert.equal(await findRunning(dataFolder, { sockets, proc: '/nowhere' }), undefined);
    } finally {
      process.env.PATH = path;
    }
  });

  it('that can not be read stops the start at once, and the sentence names it', async () => {
    const path = join(dataDir, 'postgres', 'postmaster.pid');
    await mkdir(path);
    await assert.rejects(startEmbeddedPostgres({ dataDir }), (error: Error) => {
      assert.ok(error.message.includes(path), error.message);
      assert.match(error.message, /remove it/);
      return true;
    });
    await run('rmdir', [path]);
  });

  async function leaveLock(pid: string, startedAt: number): Promise<void> {
    const lines = [pid, join(dataDir, 'postgres'), startedAt, 5432, join(dataDir, 'run'), '', ' 1 2', 'ready   ', ''];
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), lines.join('\n'));
    // The socket has a lock of its own, which PostgreSQL believes too.
    await writeFile(join(dataDir, 'run', '.s.PGSQL.5432.lock'), lines.join('\n'));
  }

  async function startsAtOnce(): Promise<void> {
    const begun = performance.now();
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await ask(server.connectionString, 'SELECT 1 AS one'), [{ one: 1 }]);
    assert.ok(performance.now() - begun < SHORT_MS, `it took ${performance.now() - begun} ms`);
  }
});

describe('a PostgreSQL whose process was killed together with its watchdog', () => {
  let folder: TempFolder;
  before(async () => {
    folder = await tempFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  it('is stopped by the next start, and there are never two on a folder', async () => {
    const dataDir = join(folder.path, 'orphan');
    const orphan = await leaveOrphan(dataDir);
    const told: string[] = [];
    {
      await using server = await startEmbeddedPostgres({ dataDir, onProgress: (text) => told.push(text) });
      assert.deepEqual(await ask(server.connectionString, 'SELECT count(*)::int AS n FROM kept'), [{ n: 1 }]);
      assert.deepEqual(await serversOn(dataDir), [await serverPid(dataDir)]);
      assert.notEqual(await serverPid(dataDir), orphan);
      assert.deepEqual(told, [`stops the one that an ended process left (${orphan})`]);
    }
    assert.deepEqual(await serversOn(dataDir), []);
  });

  it('and that is halted is told at once, with its lock and what to do', async () => {
    const dataDir = join(folder.path, 'halted');
    const orphan = await leaveOrphan(dataDir);
    process.kill(orphan, 'SIGSTOP');
    try {
      const begun = performance.now();
      await assert.rejects(startEmbeddedPostgres({ dataDir }), (error: Error) => {
        assert.ok(error.message.includes(join(dataDir, 'postgres', 'postmaster.pid')), error.message);
        assert.ok(error.message.includes(`kill -CONT ${orphan}`), error.message);
        return true;
      });
      assert.ok(performance.now() - begun < 10_000);
    } finally {
      process.kill(orphan, 'SIGCONT');
    }
    await using _server = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await serversOn(dataDir), [await serverPid(dataDir)]);
  });

  it('that somebody started by hand is used, and left running', async () => {
    const dataDir = join(folder.path, 'by-hand');
    const { stop, pid } = await startByHand(dataDir);
    try {
      {
        await using server = await startEmbeddedPostgres({ dataDir });
        assert.deepEqual(await ask(server.connectionString, 'SELECT 1 AS one'), [{ one: 1 }]);
      }
      assert.deepEqual(await serversOn(dataDir), [pid]);
    } finally {
      await stop();
    }
  });

  /** @returns the process of the server, which nobody cares for */
  async function leaveOrphan(dataDir: string): Promise<number> {
    const holder = startHolder(dataDir);
    const pid = Number(await firstLine(holder));
    const { stdout } = await run('ps', ['-eo', 'pid=,command=']);
    const dogs = stdout.split('\n').filter((line) => line.includes(`kill -INT "$1" 2>/dev/null sh ${pid}`));
    assert.equal(dogs.length, 1, 'one watchdog');
    process.kill(Number.parseInt(dogs[0] ?? '', 10), 'SIGKILL');
    await end(holder);
    assert.deepEqual(await serversOn(dataDir), [pid]);
    return pid;
  }

  async function startByHand(dataDir: string): Promise<{ readonly pid: number; stop(): Promise<void> }> {
    await (await startEmbeddedPostgres({ dataDir }))[Symbol.asyncDispose]();
    const sockets = join(dataDir, 'own');
    await mkdir(sockets, { mode: 0o700 });
    const { asPlainUser } = await import('../src/embedded/plain-user.ts');
    const { findBinaries } = await import('../src/embedded/binaries.ts');
    const data = join(dataDir, 'postgres');
    const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${sockets}`, '-p', '5433'];
    const [program, ...args] = asPlainUser([findBinaries().postgres, '-D', data, ...settings]);
    const child = spawn(program, args, { stdio: 'ignore' });
    await eventually('the server started by hand', async () => {
      const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
      return text.includes('ready') ? text : undefined;
    });
    return { pid: child.pid ?? 0, stop: () => end(child, 'SIGINT') };
  }
});
