import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SpoolInUseError } from '@tickwatch/feed';
import { META_KEY, openSpoolDatabase } from '../src/spool/spool-database.ts';
import { openSpoolFeed, pointOf, readHeld, textsOf } from './support/spool-feed.ts';
import { tempFolder } from './support/temp-folder.ts';

const sent = Array.from({ length: 20 }, (_, i) => `AAPL:${i + 1}`);

async function filledFolder(path: string): Promise<string> {
  await using spool = await openSpoolFeed(path);
  for (const message of sent) {
    spool.publish('NASDAQ', message);
    await spool.settled();
  }
  return join(path, 'spool.mdb');
}

describe('the files of a spool', () => {
  it('keeps its messages, its name and the order of positions over a restart', async () => {
    await using folder = await tempFolder();
    let logId: string;
    let lastPosition: number;
    {
      await using spool = await openSpoolFeed(folder.path);
      logId = spool.feed.logId('NASDAQ');
      spool.publish('NASDAQ', ...sent);
      const batches = await readHeld(spool.feed, [], sent.length);
      lastPosition = Number(batches.at(-1)?.position);
      spool.publish('NASDAQ', 'AAPL:unflushed');
    }
    await using spool = await openSpoolFeed(folder.path);
    assert.equal(spool.feed.logId('NASDAQ'), logId);
    spool.publish('NASDAQ', 'AAPL:new');
    const batches = await readHeld(spool.feed, [], sent.length + 2);
    assert.deepEqual(textsOf(batches), [...sent, 'AAPL:unflushed', 'AAPL:new']);
    assert.ok(Number(batches.at(-1)?.position) > lastPosition + 1);
  });

  it('never gives a position twice, also when everything was committed and removed', async () => {
    await using folder = await tempFolder();
    let committed: number;
    {
      await using spool = await openSpoolFeed(folder.path);
      spool.publish('NASDAQ', ...sent);
      const [batch] = await readHeld(spool.feed, [], sent.length);
      assert.ok(batch !== undefined);
      await spool.settled();
      await spool.feed.committed([pointOf(spool.feed, batch)]);
      assert.equal(spool.feed.status().log.messages, 0);
      committed = Number(batch.position);
    }
    await using spool = await openSpoolFeed(folder.path);
    spool.publish('NASDAQ', 'AAPL:new');
    const [batch] = await readHeld(spool.feed, [], 1);
    assert.ok(Number(batch?.position) > committed);
  });

  const unusable: Record<string, (file: string) => Promise<void>> = {
    'something else': (file) => writeFile(file, 'this was never a database'),
    'long rubbish': (file) => writeFile(file, Buffer.alloc(200_000, 'rubbish')),
    'a cut file': async (file) => truncate(file, Math.floor((await stat(file)).size / 2)),
    'a file with its inside overwritten': async (file) => {
      const bytes = await readFile(file);
      await writeFile(file, bytes.fill(0xff, 8192));
    },
    'a database of something else': async (file) => {
      const database = openSpoolDatabase(file);
      await database.remove(META_KEY);
      await database.close();
    },
    'a spool of a newer version': async (file) => {
      const database = openSpoolDatabase(file);
      await database.put(META_KEY, Buffer.from('{"format":"tickwatch-spool","version":2,"id":"x"}'));
      await database.close();
    },
  };
  for (const [what, damage] of Object.entries(unusable)) {
    it(`sets ${what} aside, says so, and goes on with an empty spool`, async () => {
      await using folder = await tempFolder();
      const file = await filledFolder(folder.path);
      await damage(file);
      const before = await readFile(file);
      await using spool = await openSpoolFeed(folder.path);
      const [event] = spool.events;
      assert.equal(event?.type, 'spool_set_aside');
      assert.deepEqual(await readFile(event.movedTo), before);
      if (what.includes('newer')) assert.match(event.reason, /newer version/);
      assert.equal(spool.feed.status().log.messages, 0);
      spool.publish('NASDAQ', 'AAPL:new');
      await spool.settled();
      assert.deepEqual(textsOf(await readHeld(spool.feed, [], 1)), ['AAPL:new']);
    });
  }

  it('keeps a copy of a spool with a damaged group, and uses the others', async () => {
    await using folder = await tempFolder();
    const file = await filledFolder(folder.path);
    const bytes = await readFile(file);
    // Older states of a page stay in the file until they are overwritten: the one in use is among them.
    for (let at = bytes.indexOf('AAPL:7'); at >= 0; at = bytes.indexOf('AAPL:7')) bytes[at] = 0;
    await writeFile(file, bytes);
    await using spool = await openSpoolFeed(folder.path);
    const [event] = spool.events;
    assert.equal(event?.type, 'spool_set_aside');
    assert.deepEqual(await readFile(event.movedTo), bytes);
    const expected = sent.filter((message) => message !== 'AAPL:7');
    assert.deepEqual(textsOf(await readHeld(spool.feed, [], expected.length)), expected);
  });

  it('takes an empty file as a new spool', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'spool.mdb'), '');
    await using spool = await openSpoolFeed(folder.path);
    assert.deepEqual(spool.events, []);
  });

  it('says clearly that another process uses the folder, and takes it over when that one was killed', async () => {
    await using folder = await tempFolder();
    const script = fileURLToPath(new URL('./support/hold-spool.ts', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv, script, folder.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      await assert.rejects(openSpoolFeed(folder.path), (error: unknown) => {
        assert.ok(error instanceof SpoolInUseError);
        assert.match(error.message, /used by another running process/);
        return true;
      });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await using spool = await openSpoolFeed(folder.path);
    assert.equal(spool.feed.status().log.messages, 1);
    assert.ok((await readdir(folder.path)).includes('spool.mdb'));
  });
});
