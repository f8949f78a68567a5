import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PLAIN_UID } from '../servers/plain-user.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Whoever can write a folder, or make it, has what others run. */
const TRAPS: readonly (readonly [string, (trap: string, temporary: string) => Promise<void>])[] = [
  [
    'that the other made',
    async (trap) => {
      await mkdir(trap);
      await chown(trap, PLAIN_UID, PLAIN_UID);
    },
  ],
  [
    'that the other may write to',
    async (trap) => {
      await mkdir(trap);
      await chmod(trap, 0o777);
    },
  ],
  [
    'that the other has put another folder in place of',
    async (trap, temporary) => {
      await mkdir(join(temporary, 'own'));
      await symlink(join(temporary, 'own'), trap);
    },
  ],
  [
    'that the other can move away',
    async (trap, temporary) => {
      await mkdir(trap);
      await chmod(temporary, 0o777);
    },
  ],
  [
    'in one that is the other’s',
    async (trap, temporary) => {
      await mkdir(trap);
      await chown(temporary, PLAIN_UID, PLAIN_UID);
    },
  ],
];

describe('a start beside another user of the machine', () => {
  const scripts = ['start', 'import', 'export'];
  const help = async (script: string, temporary: string): Promise<void> => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary };
    const { stdout } = await run('npm', ['run', '--silent', script, '--', '--help'], { cwd: ROOT, env });
    assert.match(stdout, /npm/);
  };

  for (const [index, [what, set]] of TRAPS.entries()) {
    it(`runs no program from a folder ${what}, where translated sources would be looked for`, async (test) => {
      if (process.getuid?.() !== 0) return test.skip('takes root to be two users');
      const temporary = await mkdtemp(join(tmpdir(), 'tickwatch-stranger-'));
      try {
        const trap = join(temporary, 'tsx-0');
        await set(trap, temporary);
        for (const script of index === 0 ? scripts : scripts.slice(1, 2)) {
          await help(script, temporary);
          assert.deepEqual(await readdir(trap), [], script);
        }
      } finally {
        await rm(temporary, { recursive: true });
      }
    });
  }

  it('keeps what it has translated where nobody else can write, so that the next is there sooner', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'tickwatch-stranger-'));
    try {
      await help('export', temporary);
      const kept = join(temporary, `tsx-${process.geteuid?.()}`);
      assert.equal((await stat(kept)).mode & 0o777, 0o700);
      assert.ok((await readdir(kept)).length > 100);
    } finally {
      await rm(temporary, { recursive: true });
    }
  });
});
