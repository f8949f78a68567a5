import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FolderError, makeFolder } from '../src/index.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const fixture = fileURLToPath(new URL('./fixtures/make-folder.ts', import.meta.url));
const OTHER_UID = 65_534;
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('a folder of the settings', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-folders-'));
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'file'), '');
    await symlink(join(folder, 'nothing'), join(folder, 'dangling'));
    await symlink('circle', join(folder, 'circle'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is made with what is above it, for its owner alone', async () => {
    const path = join(folder, 'a', 'b', 'c');
    assert.equal(await makeFolder(path, 'DATA_DIR'), path);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    assert.equal(await makeFolder(path, 'DATA_DIR'), path);
  });

  const cases: readonly (readonly [string, () => string, RegExp, NodeJS.Platform?])[] = [
    ['in /proc', () => '/proc/x', /nothing can be made in \/proc/, 'linux'],
    ['deep in /proc', () => '/proc/x/y/z', /nothing can be made in \/proc/, 'linux'],
    ['/proc itself', () => '/proc', /\/proc/, 'linux'],
    ['in /sys', () => '/sys/x', /\/sys/, 'linux'],
    ['a file', () => join(folder, 'file'), /file is a file: choose a folder/],
    ['below a file', () => join(folder, 'file', 'a', 'b'), /file is a file: choose a folder/],
    ['below a device', () => '/dev/null/x', /\/dev\/null is a file/],
    ['a link to nothing', () => join(folder, 'dangling'), /dangling is a link to nothing/],
    ['in a circle of links', () => join(folder, 'circle', 'x'), /circle/],
    ['of a name that is too long', () => join(folder, 'x'.repeat(300)), /too long/],
    ['of a path that is too long', () => join(folder, ...Array<string>(60).fill('x'.repeat(100))), /too long/],
  ];
  for (const [what, path, sentence, platform] of cases) {
    it(`that is ${what} is refused at once, by a sentence that names the setting and the path`, async (test) => {
      if (platform !== undefined && platform !== process.platform) return test.skip(`of ${platform}`);
      const begun = performance.now();
      await assert.rejects(makeFolder(path(), 'FILES_DIR'), (error: unknown) => {
        assert.ok(error instanceof FolderError);
        assert.ok(error.message.startsWith(`FILES_DIR is ${path()}, `), error.message);
        assert.match(error.message, sentence);
        assert.match(error.message, /choose/);
        assert.ok(!error.message.includes('\n'));
        return true;
      });
      assert.ok(performance.now() - begun < 30_000);
    });
  }

  it('that another user owns, or that its owner may not write to, is refused by a sentence that says whose it is', async (test) => {
    if (!isRoot) return test.skip('takes root to be two users');
    if (!(await isReadable())) return test.skip('another user may not read these sources');
    const foreign = join(folder, 'of-root');
    await mkdir(foreign, { mode: 0o755 });
    const locked = join(folder, 'locked');
    await mkdir(locked, { mode: 0o500 });
    await chown(locked, OTHER_UID, OTHER_UID);
    const begun = performance.now();
    assert.match(
      await makeAsOther(join(foreign, 'x')),
      /of-root belongs to root, and this process is of user 65534, who may not write there/,
    );
    assert.match(await makeAsOther(foreign), /of-root belongs to root/);
    assert.match(await makeAsOther(locked), /locked forbids its owner to write: allow it/);
    assert.ok(performance.now() - begun < 30_000);
  });

  it('that can only be read is refused also to root', async (test) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', disk]).then(
      () => true,
      () => false,
    );
    if (!mounted) return test.skip('mounting is not allowed here');
    try {
      await assert.rejects(makeFolder(disk, 'DATA_DIR'), /can only be read: make its disk writable/);
      await assert.rejects(makeFolder(join(disk, 'x'), 'DATA_DIR'), /can only be read: make its disk writable/);
    } finally {
      await run('umount', ['--lazy', disk]);
    }
  });
});

function asOther(command: readonly string[]): Promise<{ stdout: string }> {
  const args = [`--reuid=${OTHER_UID}`, `--regid=${OTHER_UID}`, '--clear-groups', ...command];
  return run('setpriv', args, { cwd: root, env: { PATH: process.env.PATH } });
}

async function makeAsOther(path: string): Promise<string> {
  return (await asOther([process.execPath, '--import', 'tsx', fixture, path])).stdout.trim();
}

async function isReadable(): Promise<boolean> {
  return await asOther(['test', '-r', fixture]).then(
    () => true,
    () => false,
  );
}
