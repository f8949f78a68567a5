import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FolderInUseError, type FolderLock, isPrivate, lockFolder, socketFolder } from '../src/index.ts';

const OTHER_UID = 65_534;
const isRoot = process.getuid?.() === 0;

describe('the lock of a folder', () => {
  let base = '';
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'tickwatch-lock-'));
  });
  after(() => rm(base, { recursive: true, force: true }));
  const fresh = async (name: string): Promise<string> => {
    const folder = join(base, name);
    await mkdir(folder);
    return folder;
  };

  it("is one asker's of many that ask at once, beside the sockets of dead ones, again and again", async () => {
    const folder = await fresh('many');
    const sockets = await socketFolder(folder);
    for (let round = 0; round < 10; round++) {
      // What a dead one leaves does not answer.
      for (let i = 0; i < 3; i++) await writeFile(join(sockets, `test-${i + 2}-aaaaa${i}`), '');
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder, 'test')));
      const held = asked.filter((one): one is PromiseFulfilledResult<FolderLock> => one.status === 'fulfilled');
      assert.equal(held.length, 1);
      for (const one of asked) {
        if (one.status === 'rejected') assert.ok(one.reason instanceof FolderInUseError, String(one.reason));
      }
      await held[0]?.value[Symbol.asyncDispose]();
    }
    assert.deepEqual(await readdir(sockets), []);
  });

  it("is one process's of several, names it to the others, and ends with it when it is killed", async () => {
    const folder = await fresh('processes');
    for (let round = 0; round < 3; round++) {
      const askers = Array.from({ length: 3 }, () => startAsker(folder));
      try {
        const said = await Promise.all(askers.map(firstLine));
        const holder = askers[said.indexOf('held')];
        assert.equal(said.filter((line) => line === 'held').length, 1, said.join(' | '));
        for (const line of said) {
          if (line !== 'held') assert.match(line, new RegExp(`is used by process ${holder?.pid}: stop that one first`));
        }
        await assert.rejects(lockFolder(folder, 'test'), { code: 'FOLDER_IN_USE', pid: holder?.pid });
      } finally {
        await Promise.all(askers.map(kill));
      }
      await using _free = await lockFolder(folder, 'test');
    }
  });

  it('holds also while its process is halted', async () => {
    const folder = await fresh('halted');
    const asker = startAsker(folder);
    try {
      assert.equal(await firstLine(asker), 'held');
      asker.kill('SIGSTOP');
      await assert.rejects(lockFolder(folder, 'test'), { code: 'FOLDER_IN_USE', pid: asker.pid });
    } finally {
      asker.kill('SIGCONT');
      await kill(asker);
    }
  });

  it('lies in a private folder: in the folder, or for a long path under a name that can not be guessed', async () => {
    const short = await fresh('s');
    assert.equal(await socketFolder(short), join(short, 'run'));
    const long = await fresh('x'.repeat(120));
    const elsewhere = await socketFolder(long);
    assert.ok(!elsewhere.startsWith(long));
    assert.equal(await socketFolder(long), elsewhere, 'the same for all processes');
    for (const folder of [join(short, 'run'), elsewhere]) {
      assert.ok(await isPrivate(folder));
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
    }
    await using _lock = await lockFolder(long, 'test');
    await assert.rejects(lockFolder(long, 'test'), { code: 'FOLDER_IN_USE', pid: process.pid });
    await rm(elsewhere, { recursive: true });
  });

  it('is never in a folder that others can enter, that is a link, or that another user made', async (test) => {
    const open = await fresh('open');
    await mkdir(join(open, 'run'), { mode: 0o777 });
    await chmod(join(open, 'run'), 0o777);
    await socketFolder(open);
    assert.equal((await stat(join(open, 'run'))).mode & 0o777, 0o700, 'what is its own is closed');

    const linked = await fresh('linked');
    await symlink(open, join(linked, 'run'));
    await assert.rejects(socketFolder(linked), /run has to be a folder of this process's user alone, but it is a link/);
    if (!isRoot) return test.skip('takes root to be two users');
    const foreign = await fresh('foreign');
    await mkdir(join(foreign, 'run'));
    await chown(join(foreign, 'run'), OTHER_UID, OTHER_UID);
    await assert.rejects(socketFolder(foreign), /it is a folder of user 65534: remove it/);

    const long = await fresh('y'.repeat(120));
    const known = await socketFolder(long);
    await chown(known, OTHER_UID, OTHER_UID);
    const other = await socketFolder(long);
    assert.notEqual(other, known);
    assert.equal(await readFile(join(long, 'sockets-at'), 'utf8'), other);
    for (const folder of [known, other]) await rm(folder, { recursive: true });
  });
});

function startAsker(folder: string): ChildProcess {
  const script = fileURLToPath(new URL('./fixtures/hold-lock.ts', import.meta.url));
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: [...stdio] });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout !== null);
  const [chunk] = (await once(stdout, 'data')) as [Buffer];
  return String(chunk).trim();
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
