import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/index.ts';
import {
  asOther,
  end,
  firstLine,
  isRoot,
  OTHER_UID,
  othersCanRead,
  run,
  startHolder,
  type TempFolder,
  tempFolder,
} from './embedded-kit.ts';
import { ask } from './store-test-kit.ts';

const SPY = fileURLToPath(new URL('./fixtures/spy.ts', import.meta.url));
const SPY_UID = 65_533;

describe('the embedded PostgreSQL beside other users of the machine', () => {
  let folder: TempFolder;
  before(async () => {
    folder = await tempFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  it('keeps its folders and files to its user, whatever the mask of new files says', async () => {
    const dataDir = join(folder.path, 'modes');
    const mask = process.umask(0);
    try {
      await using _server = await startEmbeddedPostgres({ dataDir });
      for (const [name, mode] of [
        ['.', 0o700],
        ['run', 0o700],
        ['postgres', 0o700],
        ['postgres-password', 0o600],
        ['postgres.log', 0o600],
        ['postgres/pg_hba.conf', 0o600],
        ['postgres/postmaster.pid', 0o600],
      ] as const) {
        assert.equal((await stat(join(dataDir, name))).mode & 0o777, mode, name);
      }
      assert.equal((await stat(join(dataDir, 'run', '.s.PGSQL.5432'))).mode & 0o777, 0o700);
    } finally {
      process.umask(mask);
    }
  });

  it('lets nobody in without the password, also on a folder of an earlier version that did', async () => {
    const dataDir = join(folder.path, 'trusting');
    await (await startEmbeddedPostgres({ dataDir }))[Symbol.asyncDispose]();
    const hba = join(dataDir, 'postgres', 'pg_hba.conf');
    await writeFile(hba, 'local all all trust\nhost all all 0.0.0.0/0 md5\n');
    const more = "listen_addresses = '*'\nunix_socket_directories = '/tmp'\nhba_file = '/dev/null'\nport = 5499\n";
    await writeFile(join(dataDir, 'postgres', 'postgresql.auto.conf'), more);
    await chmod(join(dataDir, 'postgres-password'), 0o644);
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.doesNotMatch(await readFile(hba, 'utf8'), /trust|md5|peer|ident/);
    assert.equal((await stat(join(dataDir, 'postgres-password'))).mode & 0o777, 0o600);
    const rules = await ask(
      server.connectionString,
      'SELECT DISTINCT auth_method FROM pg_hba_file_rules WHERE error IS NULL',
    );
    assert.deepEqual(rules, [{ auth_method: 'scram-sha-256' }]);
    const [shown] = await ask<{ where: string; addresses: string; stored: boolean }>(
      server.connectionString,
      `SELECT current_setting('unix_socket_directories') AS where, current_setting('listen_addresses') AS addresses,
        bool_and(rolpassword LIKE 'SCRAM-SHA-256%') AS stored FROM pg_authid WHERE rolpassword IS NOT NULL`,
    );
    assert.deepEqual(shown, { where: `"${join(dataDir, 'run')}"`, addresses: '', stored: true });
    for (const password of ['', 'postgres', 'wrong']) {
      const client = new pg.Client({ host: join(dataDir, 'run'), port: 5432, user: 'postgres', password });
      await assert.rejects(client.connect(), /password/);
    }
  });

  for (const [who, dataName] of [
    ['root', 'd'],
    ['root', `long-${'x'.repeat(100)}`],
    ['a plain user', 'd'],
    ['a plain user', `long-${'x'.repeat(100)}`],
  ] as const) {
    const where = dataName.length > 80 ? 'a folder of a long path' : 'a folder of a short path';
    it(`of ${who} in ${where} tells another user nothing, who lay in wait in /tmp before`, async (test) => {
      if (!(await othersCanRead())) return test.skip('takes root, and sources that other users may read');
      const uid = who === 'root' ? 0 : OTHER_UID;
      const home = join(folder.path, `home-${uid}`);
      await mkdir(home, { recursive: true });
      await chown(home, uid, uid);
      const dataDir = join(home, dataName);
      const temporary = (await readdir(tmpdir())).filter((name) => name.startsWith('tickwatch-'));
      const [program = '', ...args] = asOther(SPY_UID);
      const command = [process.execPath, '--import', 'tsx', SPY, String(uid), dataDir];
      const spy = spawn(program, [...args, ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
      const trap = (await firstLine(spy)) === 'waits' ? await trapOf(temporary) : '';
      const holder = startHolder(dataDir, uid === 0 ? [] : asOther(uid));
      try {
        assert.ok(Number(await firstLine(holder)) > 0);
        const sockets =
          dataName.length > 80 ? await readFile(join(dataDir, 'sockets-at'), 'utf8') : join(dataDir, 'run');
        assert.equal((await stat(sockets)).uid, uid);
        assert.equal((await stat(sockets)).mode & 0o777, 0o700);
        assert.ok((await readdir(sockets)).includes('.s.PGSQL.5432'));
        await assert.rejects(asSpy(['ls', sockets]));
        await assert.rejects(asSpy(['cat', join(dataDir, 'postgres-password')]));
        spy.stdin.write('\n');
        assert.deepEqual(JSON.parse(await firstLine(spy)), { heard: [], got: [] });
      } finally {
        await end(spy);
        await end(holder);
        await rm(trap, { recursive: true, force: true });
        const elsewhere = await readFile(join(dataDir, 'sockets-at'), 'utf8').catch(() => '');
        if (elsewhere !== '') await rm(elsewhere, { recursive: true });
      }
    });
  }

  it('takes no folder, file or link that another user made beforehand', async (test) => {
    if (!isRoot) return test.skip('takes root to be two users');
    const foreign = join(folder.path, 'foreign');
    await mkdir(foreign, { mode: 0o777 });
    await chown(foreign, OTHER_UID, OTHER_UID);
    await assert.rejects(
      startEmbeddedPostgres({ dataDir: foreign }),
      /^FolderError: DATA_DIR is .*foreign, which belongs to user 65534, and this process is of root: start as that user, give it/,
    );
    for (const name of ['postgres', 'run', 'postgres-password', 'postgres.log', 'sockets-at']) {
      const dataDir = join(folder.path, `before-${name}`);
      await mkdir(dataDir);
      await (['postgres', 'run'].includes(name) ? mkdir(join(dataDir, name)) : writeFile(join(dataDir, name), 'x'));
      await chown(join(dataDir, name), OTHER_UID, OTHER_UID);
      await assert.rejects(startEmbeddedPostgres({ dataDir }), new RegExp(`${name} belongs to user 65534`));
    }
    for (const name of ['run', 'postgres-password', 'postgres.log']) {
      const dataDir = join(folder.path, `link-${name}`);
      await mkdir(dataDir);
      await symlink(join(folder.path, 'elsewhere'), join(dataDir, name));
      await assert.rejects(startEmbeddedPostgres({ dataDir }), new RegExp(`${name} is a link, which is not followed`));
    }
  });

  it('closes a folder that every user could write to', async () => {
    const dataDir = join(folder.path, 'wide-open');
    await mkdir(dataDir);
    await chmod(dataDir, 0o777);
    await using _server = await startEmbeddedPostgres({ dataDir });
    assert.equal((await stat(dataDir)).mode & 0o002, 0);
  });
});

/** Where the spy lies in wait. */
async function trapOf(before: readonly string[]): Promise<string> {
  const names = (await readdir(tmpdir())).filter((name) => /^tickwatch-\d+-[0-9a-f]{12}$/.test(name));
  return join(tmpdir(), names.find((name) => !before.includes(name)) ?? 'tickwatch-nothing');
}

async function asSpy(command: readonly string[]): Promise<void> {
  const [program = '', ...args] = asOther(SPY_UID);
  await run(program, [...args, ...command]);
}
