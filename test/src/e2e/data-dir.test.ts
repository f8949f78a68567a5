import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../servers/index.ts';
import { startStandaloneProcess } from './standalone-process.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the folder of the whole system in one process', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-data-dir-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is one process's: a second one names the first and ends at once, and the first goes on", async () => {
    await using system = await startStandaloneProcess({ DATA_DIR: folder });
    for (const PORT of ['0', new URL(system.address).port]) {
      const { code, said } = await failingStart({ DATA_DIR: folder, PORT });
      assert.equal(code, 1);
      assert.match(
        said,
        new RegExp(`runs already on DATA_DIR ${folder}, as process ${system.pid}: stop that one first`),
      );
    }
    assert.equal((await fetch(`${system.address}/readyz`)).status, 200);
  });

  it('is taken by the next when the first was killed', async () => {
    for (let i = 0; i < 3; i++) {
      await using system = await startStandaloneProcess({ DATA_DIR: folder });
      // The lanes of the one before are its own until its lease is over.
      await until(async () => (await fetch(`${system.address}/readyz`)).status === 200);
      await system.stop('SIGKILL');
    }
  });

  for (const [setting, path] of [
    ['DATA_DIR', '/proc/x'],
    ['DATA_DIR', '/dev/null'],
    ['FILES_DIR', '/proc/x'],
    ['FILES_DIR', '/dev/null/x'],
  ] as const) {
    it(`as ${setting}=${path} ends the start at once, with a sentence that names the setting`, async (test) => {
      if (process.platform !== 'linux') return test.skip('of Linux');
      const { code, said } = await failingStart({ DATA_DIR: folder, [setting]: path });
      assert.equal(code, 1);
      assert.match(
        said,
        new RegExp(
          `${setting} is ${path}, but .*: choose another folder|${setting} is ${path}, but .*: choose a folder`,
        ),
      );
    });
  }
});

/** What a start that fails says, on both outputs; it is killed when it does not end by itself. */
async function failingStart(env: Readonly<Record<string, string>>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'services/standalone/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, said };
}
