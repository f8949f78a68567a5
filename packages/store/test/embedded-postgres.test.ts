import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/index.ts';

async function ask<T>(connectionString: string, sql: string): Promise<readonly T[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function endsWithin(pid: number, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await wait(20)) if (!isAlive(pid)) return true;
  return false;
}

describe('the embedded PostgreSQL', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-embedded-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('keeps data between runs and serves a second process on the same folder', async () => {
    const dataDir = join(folder, 'kept');
    {
      await using server = await startEmbeddedPostgres({ dataDir });
      await ask(server.connectionString, 'CREATE TABLE kept AS SELECT 7 AS n');
      await using second = await startEmbeddedPostgres({ dataDir });
      assert.deepEqual(await ask(second.connectionString, 'SELECT n FROM kept'), [{ n: 7 }]);
    }
    await using again = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await ask(again.connectionString, 'SELECT n FROM kept'), [{ n: 7 }]);
    await assert.rejects(ask(again.connectionString.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1'), /password/);
  });

  it('ends with its process, even when that is killed, and starts again on what was committed', async () => {
    const dataDir = join(folder, 'killed');
    const program = fileURLToPath(new URL('./fixtures/hold-postgres.ts', import.meta.url));
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const holder = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(holder.stdout, 'data')) as [Buffer];
      const pid = Number(String(line));
      assert.ok(isAlive(pid));
      holder.kill(signal);
      assert.ok(await endsWithin(pid, 60_000), `PostgreSQL outlived its process after ${signal}`);
    }
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await ask(server.connectionString, 'SELECT count(*)::int AS n FROM kept'), [{ n: 2 }]);
  });

  it('removes a lock whose number belongs to another program by now', async () => {
    const dataDir = join(folder, 'stale');
    await (await startEmbeddedPostgres({ dataDir }))[Symbol.asyncDispose]();
    const lock = `${process.ppid}\n${join(dataDir, 'postgres')}\n1\n5432\n/tmp\n\n`;
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), lock);
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.equal((await ask<{ one: number }>(server.connectionString, 'SELECT 1 AS one'))[0]?.one, 1);
  });

  it('refuses files of another major version by a sentence that names the folder', async () => {
    const dataDir = join(folder, 'old');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '9\n');
    await assert.rejects(startEmbeddedPostgres({ dataDir }), /was made by PostgreSQL 9/);
  });
});
