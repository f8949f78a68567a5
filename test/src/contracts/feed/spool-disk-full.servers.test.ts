import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./fill-disk.ts', import.meta.url));

/** Runs the script where the folder is a file system of eight megabytes that only it can see. */
async function onSmallDisk(folder: string): Promise<unknown> {
  const mount = 'mount -t tmpfs -o size=8m tmpfs "$1" && shift && exec "$@"';
  const node = [process.execPath, ...process.execArgv, SCRIPT, folder];
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh', folder, ...node],
    { timeout: 120_000 },
  );
  return JSON.parse(stdout);
}

describe('a spool on a full disk', () => {
  it('says so, and takes everything again when there is room', { timeout: 150_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-disk-'));
    try {
      const { problem, published, ...rest } = (await onSmallDisk(folder)) as { problem: string; published: number };
      assert.match(problem, /the log can't be written: no space is left on the disk/);
      assert.ok(published > 10_000);
      assert.deepEqual(rest, {
        isComplete: true,
        events: ['spool_problem', 'spool_recovered', 'spool_problem', 'spool_recovered'],
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
