import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PLAIN_UID } from '../servers/plain-user.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('a start beside another user of the machine', () => {
  it('runs no program from a folder that the other made, where translated sources would be looked for', async (test) => {
    if (process.getuid?.() !== 0) return test.skip('takes root to be two users');
    const temporary = await mkdtemp(join(tmpdir(), 'tickwatch-stranger-'));
    try {
      const trap = join(temporary, 'tsx-0');
      await mkdir(trap);
      await chown(trap, PLAIN_UID, PLAIN_UID);
      for (const script of ['start', 'import', 'export']) {
        const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary };
        const { stdout } = await run('npm', ['run', '--silent', script, '--', '--help'], { cwd: ROOT, env });
        assert.match(stdout, /npm/);
        assert.deepEqual(await readdir(trap), [], script);
      }
    } finally {
      await rm(temporary, { recursive: true });
    }
  });
});
