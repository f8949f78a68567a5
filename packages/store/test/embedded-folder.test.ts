import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startEmbeddedPostgres } from '../src/index.ts';
import {
  asOther,
  firstLine,
  isRoot,
  isThere,
  othersCanRead,
  run,
  startHolder,
  type TempFolder,
  tempFolder,
} from './embedded-kit.ts';
import { ask } from './store-test-kit.ts';

describe('the folder of the embedded PostgreSQL', () => {
  let folder: TempFolder;
  before(async () => {
    folder = await tempFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  /** Starts, asks and stops. */
  const works = async (dataDir: string, sql = 'SELECT 1 AS one'): Promise<readonly object[]> => {
    await using server = await startEmbeddedPostgres({ dataDir });
    return await ask(server.connectionString, sql);
  };

  it('is begun anew where a first start was killed: half of its files, folders beside them, half a password', async () => {
    const dataDir = join(folder.path, 'killed');
    for (const path of ['postgres-new-123/base', 'postgres-new-4567', 'postgres/base/1', 'postgres/global', 'other']) {
      await mkdir(join(dataDir, path), { recursive: true });
    }
    for (const file of ['postgres-new-123/PG_VERSION', 'postgres/PG_VERSION'])
      await writeFile(join(dataDir, file), '17\n');
    await writeFile(join(dataDir, 'postgres-password-123'), 'secret', { mode: 0o644 });
    await writeFile(join(dataDir, 'postgres-password'), 'hal');
    await writeFile(join(dataDir, 'postgres-new-notes'), 'not ours');
    await works(dataDir);
    const names = (await readdir(dataDir)).sort();
    const own = ['postgres', 'postgres-password', 'postgres.log', 'run'];
    assert.deepEqual(names, [...own, 'other', 'postgres-new-notes'].sort());
    assert.ok((await readFile(join(dataDir, 'postgres-password'), 'utf8')).length > 20);
  });

  it('is begun anew where there is nothing in it yet, or an empty password', async () => {
    const dataDir = join(folder.path, 'empty');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres-password'), '');
    await works(dataDir);
    assert.equal((await stat(join(dataDir, 'postgres'))).mode & 0o777, 0o700);
  });

  it('is never begun anew where there may be prices in it', async () => {
    const dataDir = join(folder.path, 'precious');
    await mkdir(join(dataDir, 'postgres', 'base', '16384'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await assert.rejects(works(dataDir), /global\/pg_control: bring it back from a backup/);
    assert.ok(await isThere(join(dataDir, 'postgres', 'base', '16384')));
    const strange = join(folder.path, 'strange');
    await mkdir(join(strange, 'postgres'), { recursive: true });
    await writeFile(join(strange, 'postgres', 'thesis.doc'), '');
    await assert.rejects(works(strange), /holds something else \(thesis\.doc\): move it away/);
    for (const [name, make] of [
      ['a-file', (path: string) => writeFile(path, '')],
      ['a-link', (path: string) => symlink(join(strange, 'postgres'), path)],
    ] as const) {
      await mkdir(join(folder.path, name));
      await make(join(folder.path, name, 'postgres'));
      await assert.rejects(
        works(join(folder.path, name)),
        /is where the folder of the database files goes, and is none/,
      );
    }
  });

  it('whose password was lost gets a new one, and keeps what it holds', async () => {
    const dataDir = join(folder.path, 'lost');
    await works(dataDir, 'CREATE TABLE kept AS SELECT 7 AS n');
    const file = join(dataDir, 'postgres-password');
    const before = await readFile(file, 'utf8');
    for (const loss of [() => rm(file), () => writeFile(file, '')]) {
      await loss();
      assert.deepEqual(await works(dataDir, 'SELECT n FROM kept'), [{ n: 7 }]);
      assert.notEqual(await readFile(file, 'utf8'), before);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    }
  });

  it('whose password was changed says so at once, in a sentence, and what to do', async () => {
    const dataDir = join(folder.path, 'changed');
    const file = join(dataDir, 'postgres-password');
    await works(dataDir, "CREATE TABLE kept AS SELECT 7 AS n; ALTER ROLE postgres PASSWORD 'by somebody'");
    const says = (error: Error): boolean => {
      assert.ok(error.message.startsWith(`PostgreSQL does not take the password in ${file}`), error.message);
      assert.match(error.message, /write the right one into that file, or remove the file/);
      assert.ok(!error.message.includes('\n'));
      return true;
    };
    const begun = performance.now();
    await assert.rejects(works(dataDir), says);
    assert.ok(performance.now() - begun < 20_000);
    await writeFile(file, 'by somebody\n');
    assert.deepEqual(await works(dataDir, 'SELECT n FROM kept'), [{ n: 7 }]);
    await writeFile(file, 'something else');
    await assert.rejects(works(dataDir), says);
    // While a server runs, another process is told the same.
    await rm(file);
    await using _server = await startEmbeddedPostgres({ dataDir });
    const right = await readFile(file, 'utf8');
    await writeFile(file, 'something else');
    await assert.rejects(works(dataDir), says);
    await rm(file);
    await assert.rejects(works(dataDir), /postgres-password is missing .*end it \(kill -INT \d+\)/);
    await writeFile(file, right);
  });

  it('may have any name, and a long path', async () => {
    for (const name of ['with spaces, commas and "quotes"', "it's %20 \\ $HOME", 'ünï', 'x'.repeat(200)]) {
      const dataDir = join(folder.path, name);
      await works(dataDir);
      await works(dataDir);
      const elsewhere = await readFile(join(dataDir, 'sockets-at'), 'utf8').catch(() => '');
      if (elsewhere !== '') await rm(elsewhere, { recursive: true });
    }
    const most = join(folder.path, ...Array<string>(8).fill('x'.repeat(100))).slice(0, 900);
    await works(most);
    await rm(await readFile(join(most, 'sockets-at'), 'utf8'), { recursive: true });
    await assert.rejects(
      works(join(most, 'x'.repeat(120))),
      /^FolderError: DATA_DIR is a path of \d+ bytes, and PostgreSQL takes 900/,
    );
  });

  it('may be moved', async () => {
    const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
    await works(from, 'CREATE TABLE kept AS SELECT 7 AS n');
    await rename(from, to);
    assert.deepEqual(await works(to, 'SELECT n FROM kept'), [{ n: 7 }]);
  });

  const places: readonly (readonly [string, string, RegExp])[] = [
    ['in /proc', '/proc/x', /DATA_DIR is \/proc\/x, but/],
    ['below a file', '/dev/null/x', /\/dev\/null is a file/],
  ];
  for (const [where, dataDir, sentence] of places) {
    it(`that is ${where} is refused at once`, async (test) => {
      if (process.platform !== 'linux') return test.skip('of Linux');
      await assert.rejects(works(dataDir), sentence);
    });
  }

  it('on a full disk, at the first start or a later one, says that the disk is full', async (test) => {
    const disk = join(folder.path, 'disk');
    await mkdir(disk);
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=120m,mode=0700', 'tmpfs', disk]).then(
      () => true,
      () => false,
    );
    if (!isMounted) return test.skip('mounting is not allowed here');
    const full =
      /^EmbeddedPostgresError: the disk of .*disk is full: it has \d+ MiB left and PostgreSQL needs \d+ to start: free some space/;
    try {
      const fill = (megabytes: number): Promise<unknown> =>
        run('dd', ['if=/dev/zero', `of=${join(disk, 'filling')}`, 'bs=1M', `count=${megabytes}`]).catch(() => {});
      for (const megabytes of [100, 1000]) {
        await fill(megabytes);
        await assert.rejects(works(disk), full);
      }
      await rm(join(disk, 'filling'));
      await works(disk);
      await fill(1000);
      await assert.rejects(works(disk), full);
      await rm(join(disk, 'filling'));
      await works(disk);
      await run('mount', ['-o', 'remount,ro', disk]);
      await assert.rejects(works(disk), /can only be read: make its disk writable/);
    } finally {
      await run('umount', ['--lazy', disk]);
    }
  });

  it('that root can enter and PostgreSQL, without its rights, can not, is told so', async (test) => {
    if (!isRoot) return test.skip('takes root');
    const closed = join(folder.path, 'closed');
    await mkdir(closed);
    await mkdir(join(closed, 'data'));
    await run('chown', ['65534', closed]);
    await chmod(closed, 0o700);
    await assert.rejects(works(join(closed, 'data')), /PostgreSQL can't enter without the rights of root/);
  });

  it("of a plain user works as root's does", async (test) => {
    if (!(await othersCanRead())) return test.skip('takes root, and sources that other users may read');
    const home = join(folder.path, 'home');
    await mkdir(home);
    await run('chown', ['65534', home]);
    const holder = startHolder(join(home, 'data'), asOther());
    assert.ok(Number(await firstLine(holder)) > 0);
    await assert.rejects(works(join(home, 'data')), /belongs to user 65534, and this process is of root/);
    holder.kill('SIGINT');
  });
});
