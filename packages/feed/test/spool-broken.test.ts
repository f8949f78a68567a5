import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SPOOL, type FeedEvent, type SpoolConfig } from '@tickwatch/feed';
import { loadSpool } from '../src/spool/load-spool.ts';
import { MemoryFiles } from '../src/spool/memory-files.ts';
import type { SpoolFile } from '../src/spool/spool-files.ts';
import { SpoolLog } from '../src/spool/spool-log.ts';
import { SpoolStore } from '../src/spool/spool-store.ts';
import { eventually } from './support/eventually.ts';
import { append, NASDAQ, NYSE, pointAt, textsBehind } from './support/spool-kit.ts';

/** Files of a disk that fails when told to. */
class FailingFiles extends MemoryFiles {
  failure: { readonly code: string; readonly message: string } | undefined;
  removed = 0;
  /** Of the disk; others take their part of it. */
  room = Number.POSITIVE_INFINITY;
  others = 0;
  readonly #files = new Map<number, SpoolFile>();

  override async replace(number: number, pieces: Iterable<Buffer>): Promise<SpoolFile> {
    this.#check();
    const file = await super.replace(number, pieces);
    this.#files.set(number, file);
    const append = file.append.bind(file);
    file.append = async (bytes) => {
      this.#check();
      if ((await this.free()) < bytes.length) throw Object.assign(new Error(ENOSPC.message), ENOSPC);
      await append(bytes);
    };
    return file;
  }

  override async remove({ number }: SpoolFile): Promise<void> {
    this.#check();
    this.#files.delete(number);
    this.removed++;
  }

  override async list(): Promise<SpoolFile[]> {
    return [...this.#files.values()];
  }

  override async free(): Promise<number> {
    return this.room - this.others - (await this.list()).reduce((sum, { size }) => sum + size, 0);
  }

  #check(): void {
    if (this.failure !== undefined) throw Object.assign(new Error(this.failure.message), this.failure);
  }
}

const EIO = { code: 'EIO', message: 'EIO: the disk is gone' };
const ENOSPC = { code: 'ENOSPC', message: 'ENOSPC: no space left on device, write' };
/** As long as a file may be, here. */
const FILE = 'x'.repeat(64 * 1024);

async function setUp(options: Partial<SpoolConfig> = {}) {
  const events: FeedEvent[] = [];
  const files = new FailingFiles();
  const config = { ...DEFAULT_SPOOL, maxBytes: 1_000_000, graceMs: 0, ...options };
  const inner = new SpoolLog(new Map(), [], { ...config, id: 'x', store: files, end: undefined, told: [] });
  const log = new SpoolStore(inner, {
    ...config,
    durability: 'spool',
    onEvent: (event) => events.push(event),
    release: async () => {},
  });
  return { log, events, files, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() as Promise<void> };
}

describe('a spool whose disk fails', () => {
  it('says so once, also when it can not forget, and takes and forgets again by itself', async () => {
    await using spool = await setUp();
    const { log, files } = spool;
    const place = await append(spool, NASDAQ, FILE);
    await append(spool, NASDAQ, '1');
    files.failure = EIO;
    await assert.rejects(append(spool, NASDAQ, '2'), /the log can't be written: EIO/);
    await log.committed([pointAt(spool, NASDAQ, place)]);
    await log.committed([]);
    assert.match(log.status().problem ?? '', /EIO/);
    files.failure = undefined;
    await append(spool, NASDAQ, '2');
    await eventually(() => log.status().problem === undefined, 'it is over');
    assert.equal(files.removed, 1);
    assert.deepEqual(await textsBehind(spool, NASDAQ), ['1', '2']);
    assert.deepEqual(
      spool.events.map(({ type }) => type),
      ['spool_problem', 'spool_recovered'],
    );
  });

  it('gives what is committed, grace or not, when the disk is full, and its last file, too', async () => {
    await using spool = await setUp({ graceMs: 60_000 });
    const { log, files } = spool;
    await append(spool, NASDAQ, FILE);
    const place = await append(spool, NASDAQ, '1');
    await log.committed([pointAt(spool, NASDAQ, place)]);
    assert.equal(files.removed, 0);
    files.failure = ENOSPC;
    await assert.rejects(append(spool, NASDAQ, '2'), /^Error: the log can't be written: no space is left on the disk$/);
    files.failure = undefined;
    await log.committed([]);
    assert.equal(files.removed, 1);
    const [last] = await files.list();
    assert.ok((last?.size ?? 0) < 1000, `${last?.size} bytes are left`);
    const end = await append(spool, NASDAQ, '2');
    assert.deepEqual(await textsBehind(spool, NASDAQ), ['2']);
    assert.equal(Number(end), Number(place) + 1);
  });
});

describe('a spool that is right at its limit', () => {
  const types = ({ events }: { readonly events: readonly FeedEvent[] }) => events.map(({ type }) => type);

  it('says once that the disk is full, however often the database takes what it could not, and once that it has room', async () => {
    await using spool = await setUp();
    const { log, files } = spool;
    let place = Number(await append(spool, NASDAQ, 'begin'));
    files.room = 5 * FILE.length;
    files.others = files.room;
    for (let i = 0; i < 5; i++) {
      await assert.rejects(append(spool, NASDAQ, 'more'), /no space is left on the disk/);
      // The database has it: nothing waits for the log.
      await log.committed([pointAt(spool, NASDAQ, String(++place))]);
      assert.match(log.status().problem ?? '', /no space/);
      // Less than a file: it would be full again at once.
      files.others = files.room - (i % 2 === 0 ? 2000 : 0);
    }
    assert.deepEqual(types(spool), ['spool_problem']);
    files.others = 0;
    await log.committed([]);
    assert.equal(log.status().problem, undefined, 'also where nothing comes any more');
    await append(spool, NASDAQ, 'at last');
    assert.deepEqual(types(spool), ['spool_problem', 'spool_recovered']);
  });

  it('says once that it is full, while a slow database makes room for one message after the other', async () => {
    await using spool = await setUp({ maxBytes: 100_000 });
    const { log } = spool;
    const message = 'x'.repeat(5000);
    for (let i = 0; i < 20; i++) await append(spool, NASDAQ, message);
    for (let i = 1; i <= 10; i++) {
      await assert.rejects(append(spool, NASDAQ, message), /the log is full/);
      await log.committed([pointAt(spool, NASDAQ, String(i))]);
      await append(spool, NASDAQ, message);
    }
    assert.deepEqual(types(spool), ['spool_problem']);
    await log.committed([pointAt(spool, NASDAQ, '15')]);
    assert.equal(log.status().problem, undefined);
    assert.deepEqual(types(spool), ['spool_problem', 'spool_recovered']);
  });
});

describe('the files of a spool', () => {
  it('are written again without what is stored, where a lane that nobody stores keeps them', async () => {
    await using spool = await setUp();
    const { log, files } = spool;
    const rest: string[] = [];
    let place = '0';
    for (let i = 0; i < 20; i++) {
      for (let k = 0; k < 4; k++) {
        rest.push(`${i} ${k}`);
        await append(spool, NYSE, `${i} ${k}`);
        place = await append(spool, NASDAQ, 'x'.repeat(20_000));
      }
      await log.committed([pointAt(spool, NASDAQ, place)]);
    }
    for (let i = 0; i < 20; i++) await log.committed([]);
    const sizes = (await files.list()).map(({ size }) => size);
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 6 * FILE.length, `${sizes}`);
    assert.deepEqual(await textsBehind(spool, NYSE), rest);
    assert.deepEqual(await textsBehind(spool, NASDAQ), []);
    const { lanes, lost, damages } = await loadSpool(await files.list(), undefined, 'x');
    assert.deepEqual([lost, damages], [[], []], 'who reads them anew misses nothing');
    assert.equal(lanes.get(NYSE)?.count(0).messages, rest.length);
    assert.equal(String(lanes.get(NASDAQ)?.last), place);
  });
});
