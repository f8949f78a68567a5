import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SpoolInUseError } from '@tickwatch/feed';
import { encodeMeta, openSpoolDatabase } from '../src/spool/lmdb-table.ts';
import { append, entryAfter, NASDAQ, NYSE, openSpool, pointAt, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';
import { writeVersion1 } from './support/version-1.ts';

const sent = Array.from({ length: 20 }, (_, i) => `AAPL:${i + 1}`);

describe('the files of a spool', { timeout: 120_000 }, () => {
  for (const isKilled of [false, true]) {
    it(`keep its messages, labels, name and places over ${isKilled ? 'a crash' : 'a restart'}`, async () => {
      await using folder = await tempFolder();
      let path = folder.path;
      let known: unknown;
      const read = async (): Promise<unknown> => {
        await using spool = await openSpool(path);
        assert.deepEqual(spool.events, []);
        const { log } = spool;
        const ends = await Promise.all([log.end(NASDAQ), log.end(NYSE)]);
        return [
          log.id(NASDAQ),
          ends,
          log.labels(NASDAQ, '0'),
          log.count(NASDAQ, '0'),
          await textsBehind(spool, NASDAQ),
        ];
      };
      {
        await using spool = await openSpool(path, { graceMs: 0 });
        const place = await append(spool, NYSE, 'TSLA:1');
        await spool.log.committed([pointAt(spool, NYSE, place)]);
        await spool.log.append([entryAfter(100, sent, { seq: 5 }), entryAfter(120, ['AAPL:new'])]);
        known = [
          spool.log.id(NASDAQ),
          ['121', place],
          [{ after: '100', seq: 5 }],
          { messages: 21, ticks: 21, rejected: 0 },
          [...sent, 'AAPL:new'],
        ];
        if (isKilled) {
          path = join(folder.path, 'killed');
          await mkdir(path);
          await copyFile(join(folder.path, 'spool.mdb'), join(path, 'spool.mdb'));
        }
      }
      assert.deepEqual(await read(), known);
      assert.deepEqual(await read(), known, 'and over the next');
    });
  }

  it('of version 1 are converted, each exchange to its first lane', async () => {
    await using folder = await tempFolder();
    const texts = [sent.slice(0, 5), sent.slice(5, 19), ['no tick']];
    await writeVersion1(join(folder.path, 'spool.mdb'), { NASDAQ: texts, NYSE: [] });
    await using spool = await openSpool(folder.path);
    assert.deepEqual(spool.events, []);
    assert.equal(spool.log.id(NASDAQ), 'one');
    assert.deepEqual(await textsBehind(spool, NASDAQ, '100'), texts.flat());
    assert.deepEqual(await textsBehind(spool, NASDAQ, '105'), texts.slice(1).flat());
    assert.deepEqual(spool.log.count(NASDAQ, '0'), { messages: 20, ticks: 19, rejected: 1 });
    assert.equal(await spool.log.end(NASDAQ), '120');
    assert.equal((await spool.log.read(NASDAQ, '0', 1))?.messages[0]?.receivedAt, 1_700_000_000_000_000);
  });

  const noSpool: Record<string, (file: string) => Promise<void>> = {
    'something else': (file) => writeFile(file, 'this was never a database'),
    'long rubbish': (file) => writeFile(file, Buffer.alloc(200_000, 'rubbish')),
    'a database of something else': async (file) => {
      const database = openSpoolDatabase(file);
      await database.put(['a'], Buffer.from('b'));
      await database.close();
    },
    'a spool of a newer version': async (file) => {
      const database = openSpoolDatabase(file);
      await database.put(...encodeMeta('x', 3));
      await database.close();
    },
  };
  for (const [what, make] of Object.entries(noSpool)) {
    it(`that are ${what} are set aside, that is told, and an empty spool takes their place`, async () => {
      await using folder = await tempFolder();
      const file = join(folder.path, 'spool.mdb');
      await make(file);
      const before = await readFile(file);
      await using spool = await openSpool(folder.path);
      const [event] = spool.events;
      assert.equal(event?.type, 'spool_set_aside');
      assert.deepEqual(await readFile(event.movedTo), before);
      if (what.includes('newer')) assert.match(event.reason, /newer version/);
      await append(spool, NASDAQ, 'AAPL:new');
      assert.deepEqual(await textsBehind(spool, NASDAQ), ['AAPL:new']);
    });
  }

  it('are salvaged without a damaged entry, and what it held is told exactly', async () => {
    await using folder = await tempFolder();
    const file = join(folder.path, 'spool.mdb');
    {
      await using spool = await openSpool(folder.path);
      await spool.log.append([entryAfter(100, sent.slice(0, 6)), entryAfter(106, sent.slice(6, 9))]);
      await spool.log.append([entryAfter(5000, sent.slice(9))]);
    }
    const bytes = await readFile(file);
    // Older states of a page stay in the file until they are overwritten: the one in use is among them.
    for (let at = bytes.indexOf('AAPL:7'); at >= 0; at = bytes.indexOf('AAPL:7')) bytes[at] = 0;
    await writeFile(file, bytes);
    for (const events of [
      [
        {
          type: 'spool_salvaged',
          reason: '1 records in it are damaged',
          kept: 17,
          lost: [{ lane: NASDAQ, after: '106', upTo: '109', messages: 3 }],
          movedTo: `${file}.damaged`,
        },
      ],
      [],
    ]) {
      await using spool = await openSpool(folder.path);
      assert.deepEqual(spool.events, events);
      assert.deepEqual(await textsBehind(spool, NASDAQ), [...sent.slice(0, 6), ...sent.slice(9)]);
      assert.deepEqual(await readFile(`${file}.damaged`), bytes);
      if (events.length > 0) await append(spool, NASDAQ, 'AAPL:new');
      sent.push('AAPL:new');
    }
    sent.splice(20);
  });

  it('may be empty, as a process leaves them that died at its start', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'spool.mdb'), '');
    await using spool = await openSpool(folder.path);
    assert.deepEqual(spool.events, []);
  });

  it('say clearly that another process uses them, and are taken over when that one was killed', async () => {
    await using folder = await tempFolder();
    const script = fileURLToPath(new URL('./support/hold-spool.ts', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv, script, folder.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      await assert.rejects(openSpool(folder.path), (error: unknown) => {
        assert.ok(error instanceof SpoolInUseError);
        assert.match(error.message, /used by another running process/);
        return true;
      });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await using spool = await openSpool(folder.path);
    assert.equal(spool.log.status().messages, 1);
  });
});
