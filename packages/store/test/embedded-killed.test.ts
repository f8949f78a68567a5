import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../src/index.ts';
import { end, firstLine, isThere, serversOn, startHolder, type TempFolder, tempFolder } from './embedded-kit.ts';
import { ask, seededRandom } from './store-test-kit.ts';

/** More in a longer form: EMBEDDED_KILLS=100. */
const KILLS = Number(process.env.EMBEDDED_KILLS ?? 15);
const SERVED_KILLS = Math.ceil(KILLS / 3);

describe('the embedded PostgreSQL whose process is killed', () => {
  let folder: TempFolder;
  before(async () => {
    folder = await tempFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  it('at any moment of its first start comes up at the next, and leaves nothing behind', async () => {
    const dataDir = join(folder.path, 'first');
    const random = seededRandom(7);
    let begun = 0;
    // From when the folder is there: what comes before is Node alone.
    for (let i = 0; i < KILLS; i++) {
      const holder = startHolder(dataDir);
      while (!(await isThere(join(dataDir, 'run')))) await wait(5);
      await wait(random() * 2000);
      if (!(await isThere(join(dataDir, 'postgres')))) begun++;
      await end(holder);
    }
    assert.ok(begun > 0, 'some were killed before there were database files');
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await ask(server.connectionString, 'SELECT 1 AS one'), [{ one: 1 }]);
    assert.equal((await serversOn(dataDir)).length, 1);
    const rest = (await readdir(dataDir)).filter((name) => /-(new|password)-/.test(name));
    assert.deepEqual(rest, []);
  });

  it('again and again while it serves keeps every committed row, and there is one server at most', async () => {
    const dataDir = join(folder.path, 'served');
    for (let i = 0; i < SERVED_KILLS; i++) {
      const holder = startHolder(dataDir);
      await firstLine(holder);
      assert.equal((await serversOn(dataDir)).length, 1);
      await end(holder);
    }
    await using server = await startEmbeddedPostgres({ dataDir });
    assert.deepEqual(await ask(server.connectionString, 'SELECT count(*)::int AS n FROM kept'), [{ n: SERVED_KILLS }]);
  });

  it('is started by one of several that start at once, and used by all', async () => {
    const dataDir = join(folder.path, 'several');
    for (let round = 0; round < 2; round++) {
      const holders = Array.from({ length: 4 }, () => startHolder(dataDir));
      const pids = await Promise.all(holders.map(firstLine));
      assert.equal(new Set(pids).size, 1, pids.join(' '));
      await Promise.all(holders.map((holder) => end(holder)));
    }
  });
});
