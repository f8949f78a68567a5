import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SPOOL, type FeedEvent } from '@tickwatch/feed';
import { DiskReserve } from '../src/spool/disk-reserve.ts';
import { GuardedTable } from '../src/spool/guarded-table.ts';
import type { SpoolKey } from '../src/spool/record-format.ts';
import { SpoolStore } from '../src/spool/spool-store.ts';
import { MemoryTable } from '../src/spool/spool-table.ts';
import { eventually } from './support/eventually.ts';
import { append, NASDAQ, pointAt, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

/** A table whose disk or file fails when told to. */
class FailingTable extends MemoryTable {
  failure: string | undefined;

  override get(key: SpoolKey): Buffer | undefined {
    if (this.failure?.startsWith('MDB')) throw new Error(this.failure);
    return super.get(key);
  }

  override async write(...change: Parameters<MemoryTable['write']>): Promise<void> {
    if (this.failure !== undefined) throw new Error(this.failure);
    await super.write(...change);
  }
}

async function withFailing(test: (parts: Awaited<ReturnType<typeof setUp>>) => Promise<void>): Promise<void> {
  await using folder = await tempFolder();
  const parts = await setUp(folder.path);
  await test(parts);
  await parts.log[Symbol.asyncDispose]();
}

async function setUp(folder: string) {
  const events: FeedEvent[] = [];
  const table = new FailingTable();
  const reasons: string[] = [];
  const guarded = new GuardedTable(table, {
    reserve: new DiskReserve(`${folder}/reserve`),
    isReserveHeld: true,
    // What is salvaged is all that was there.
    async reopen(_damaged, reason) {
      reasons.push(reason);
      table.failure = undefined;
      return table;
    },
  });
  const log = new SpoolStore(guarded, {
    ...DEFAULT_SPOOL,
    graceMs: 0,
    id: 'x',
    durability: 'spool',
    onEvent: (event) => events.push(event),
    release: async () => {},
  });
  return { log, events, table, reasons, [Symbol.asyncDispose]: async () => {} };
}

describe('a spool whose disk fails', () => {
  it('says so once, also when it can not forget, and takes and forgets again by itself', async () => {
    await withFailing(async (spool) => {
      const place = await append(spool, NASDAQ, '1');
      spool.table.failure = 'EIO: the disk is gone';
      await assert.rejects(append(spool, NASDAQ, '2'), /the log can't be written: EIO/);
      await spool.log.committed([pointAt(spool, NASDAQ, place)]);
      await eventually(() => spool.log.status().problem?.includes('EIO'), 'it is told');
      spool.table.failure = undefined;
      await append(spool, NASDAQ, '2');
      await eventually(() => spool.log.status().problem === undefined, 'it is over');
      assert.deepEqual(await textsBehind(spool, NASDAQ), ['2']);
      assert.deepEqual(
        spool.events.map(({ type }) => type),
        ['spool_problem', 'spool_recovered'],
      );
    });
  });
});

describe('a spool whose file is found damaged while it is open', () => {
  for (const how of ['reading', 'writing'] as const) {
    it(`is salvaged and goes on, when ${how} finds it`, async () => {
      await withFailing(async (spool) => {
        await append(spool, NASDAQ, '1');
        spool.table.failure = 'MDB_BAD_TXN: Transaction must abort, has a child, or is invalid';
        if (how === 'writing') await assert.rejects(append(spool, NASDAQ, '2'), /MDB_BAD_TXN/);
        else assert.deepEqual(await textsBehind(spool, NASDAQ), ['1']);
        await append(spool, NASDAQ, '2');
        assert.deepEqual(await textsBehind(spool, NASDAQ), ['1', '2']);
        assert.equal(spool.log.status().messages, 2);
        assert.deepEqual(spool.reasons.length, 1);
        assert.equal(spool.log.status().problem, undefined);
      });
    });
  }
});
