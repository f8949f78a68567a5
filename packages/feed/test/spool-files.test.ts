import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SpoolInUseError } from '@tickwatch/feed';
import { open } from 'lmdb';
import { encodeRecord } from '../src/spool/record-format.ts';
import { append, entryAfter, NASDAQ, NYSE, openSpool, pointAt, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';
import { writeVersion1 } from './support/version-1.ts';

const sent = Array.from({ length: 20 }, (_, i) => `AAPL:${i + 1}`);

/** Three entries of a lane, from 100 on. */
async function fill(folder: string): Promise<void> {
  await using spool = await openSpool(folder);
  await spool.log.append([entryAfter(100, sent.slice(0, 6), { seq: 500 }), entryAfter(106, sent.slice(6, 9))]);
  await spool.log.append([entryAfter(5000, sent.slice(9))]);
}

async function onlyFile(folder: string): Promise<{ readonly file: string; readonly bytes: Buffer }> {
  const file = join(folder, '000000000001.log');
  return { file, bytes: await readFile(file) };
}

/** What is on disk at this instant is what a killed process leaves. */
async function copyAsKilled(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (/^(end|\d)/.test(name)) await copyFile(join(from, name), join(to, name));
  }
}

describe('the files of a spool', () => {
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
          await copyAsKilled(folder.path, path);
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

  const noVersion1: Record<string, (file: string) => Promise<void>> = {
    'something else': (file) => writeFile(file, 'this was never a database'),
    'long rubbish': (file) => writeFile(file, Buffer.alloc(200_000, 'rubbish')),
    'a database of something else': async (file) => {
      const database = open<Buffer, string[]>({ path: file, noSubdir: true, encoding: 'binary' });
      await database.put(['a'], Buffer.from('b'));
      await database.close();
    },
    'one that ended the process that read it': async (file) => {
      await writeVersion1(file, { NASDAQ: [sent] });
      await writeFile(`${file}.reading`, '');
    },
  };
  for (const [what, make] of Object.entries(noVersion1)) {
    it(`of version 1 that are ${what} are set aside, that is told, and an empty spool takes their place`, async () => {
      await using folder = await tempFolder();
      const file = join(folder.path, 'spool.mdb');
      await make(file);
      const before = await readFile(file);
      for (const isFirst of [true, false]) {
        await using spool = await openSpool(folder.path);
        const [event] = spool.events;
        assert.equal(event?.type, isFirst ? 'spool_set_aside' : undefined);
        if (event?.type === 'spool_set_aside') assert.deepEqual(await readFile(event.movedTo), before);
        await append(spool, NASDAQ, 'AAPL:new');
        assert.deepEqual(await textsBehind(spool, NASDAQ), isFirst ? ['AAPL:new'] : ['AAPL:new', 'AAPL:new']);
      }
    });
  }

  it('of version 1 whose conversion was cut short are converted anew', async () => {
    await using folder = await tempFolder();
    await using elsewhere = await tempFolder();
    const file = join(elsewhere.path, 'spool.mdb');
    await writeVersion1(file, { NASDAQ: [sent], NYSE: [] });
    await fill(folder.path);
    await copyFile(file, join(folder.path, 'spool.mdb'));
    await using spool = await openSpool(folder.path);
    assert.deepEqual(await textsBehind(spool, NASDAQ), sent);
    assert.equal(await spool.log.end(NYSE), '100', 'no place is given twice');
  });

  it('of a newer version are set aside whole, and that is told', async () => {
    await using folder = await tempFolder();
    const state = { kind: 'state', version: 3, id: 'x', lanes: [], told: [] } as const;
    const bytes = encodeRecord(state);
    await writeFile(join(folder.path, '000000000007.log'), bytes);
    await using spool = await openSpool(folder.path);
    const [event] = spool.events;
    assert.equal(event?.type, 'spool_set_aside');
    assert.match(event.reason, /newer version \(3\)/);
    assert.deepEqual(await readFile(join(event.movedTo, '000000000007.log')), bytes);
    await append(spool, NASDAQ, 'AAPL:new');
    assert.deepEqual(await textsBehind(spool, NASDAQ), ['AAPL:new']);
  });

  it('are read without a damaged entry; what it held is told exactly, once, and the numbers behind it stay', async () => {
    await using folder = await tempFolder();
    await fill(folder.path);
    const { file, bytes } = await onlyFile(folder.path);
    bytes[bytes.indexOf('AAPL:7')] = 0;
    await writeFile(file, bytes);
    for (const isFirst of [true, false]) {
      await using spool = await openSpool(folder.path);
      const [event] = spool.events;
      if (isFirst) {
        assert.ok(event?.type === 'spool_salvaged');
        assert.match(event.reason, /^\d+ bytes of file 1 are not what was written$/);
        assert.equal(event.kept, 17);
        assert.deepEqual(event.lost, [{ lane: NASDAQ, after: '106', upTo: '109', messages: 3 }]);
        assert.deepEqual(await readFile(event.movedTo), bytes);
      } else assert.deepEqual(spool.events, []);
      assert.deepEqual(await textsBehind(spool, NASDAQ), [...sent.slice(0, 6), ...sent.slice(9)]);
      assert.deepEqual(spool.log.labels(NASDAQ, '0'), [
        { after: '100', seq: 500 },
        // It is told where it lies for as long as it is not committed.
        { after: '109', seq: 509, holes: [{ reason: 'spool_damaged', messages: 3, isBefore: true }] },
        { after: '5000', seq: 509 },
      ]);
    }
  });

  for (const [what, size] of [
    ['between two records', (bytes: Buffer) => bytes.lastIndexOf('TWS2')],
    ['within a record', (bytes: Buffer) => bytes.lastIndexOf('AAPL:1')],
    ['to nothing', () => 0],
  ] as const) {
    it(`that are cut ${what} are read up to there, and what is gone is told exactly, once`, async () => {
      await using folder = await tempFolder();
      await fill(folder.path);
      const { file, bytes } = await onlyFile(folder.path);
      await truncate(file, size(bytes));
      const left = size(bytes) === 0 ? 0 : 9;
      for (const isFirst of [true, false]) {
        await using spool = await openSpool(folder.path);
        assert.deepEqual(await textsBehind(spool, NASDAQ), sent.slice(0, left));
        const lost = spool.events.flatMap((event) => (event.type === 'spool_salvaged' ? event.lost : []));
        const gone = { lane: NASDAQ, after: left === 0 ? '100' : '109', upTo: '5011', messages: 20 - left };
        assert.deepEqual(lost, isFirst ? [gone] : []);
        assert.equal(await spool.log.end(NASDAQ), '5011');
      }
    });
  }

  it('that end within a record that nobody was told is safe are whole', async () => {
    await using folder = await tempFolder();
    await fill(folder.path);
    const { file, bytes } = await onlyFile(folder.path);
    await writeFile(file, Buffer.concat([bytes, bytes.subarray(0, 50)]));
    await using spool = await openSpool(folder.path);
    assert.deepEqual(spool.events, []);
    assert.deepEqual(await readFile(file), bytes);
    assert.deepEqual(await textsBehind(spool, NASDAQ), sent);
  });

  it('of which the oldest went because room was needed, or the grace was over, miss nothing after a crash', async () => {
    await using folder = await tempFolder();
    await using spool = await openSpool(folder.path, { maxBytes: 400_000 });
    for (let i = 0; i < 40; i++) {
      const place = await append(spool, NASDAQ, `${i}`.padEnd(20_000));
      if (i === 35) await append(spool, NYSE, 'TSLA:1');
      if (i < 38) await spool.log.committed([pointAt(spool, NASDAQ, place)]);
      if (i % 10 !== 9) continue;
      await copyAsKilled(folder.path, join(folder.path, `killed${i}`));
      await using killed = await openSpool(join(folder.path, `killed${i}`));
      assert.deepEqual(killed.events, []);
      const kept = await textsBehind(killed, NASDAQ);
      assert.equal(kept.at(-1)?.trim(), `${i}`);
    }
    assert.ok(!(await readdir(folder.path)).includes('000000000001.log'), 'the first file is gone');
  });

  it('may be empty, as a process leaves them that died at its start', async () => {
    await using folder = await tempFolder();
    for (const name of ['end.0', '000000000001.log.new']) await writeFile(join(folder.path, name), '');
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
