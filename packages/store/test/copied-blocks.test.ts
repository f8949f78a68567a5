import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import { dayFromNow } from '../src/partitions.ts';
import { BinaryCopy } from '../src/reader/binary-copy.ts';
import { COPIED_COLUMNS, readCopiedBlock } from '../src/sealed/copied-block.ts';
import { BLOCK_COLUMNS, type BlockRow, readBlockRow } from '../src/sealed/index.ts';
import { oddDay } from './fixtures/odd-day.ts';
import { insertTicks, openReader, readChunks } from './reading-kit.ts';
import { dayBegin, seal } from './sealing-kit.ts';
import { openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);

describe('blocks that come by COPY', () => {
  const parts: AsyncDisposable[] = [];
  const ticks = oddDay(dayBegin(DAY), 20_000);
  let server: TestServer;
  let url: string;
  let client: pg.Client;

  before(async () => {
    server = await startTestServer();
    const opened = await openTestStore(server);
    parts.push(opened);
    ({ url } = opened);
    client = new pg.Client({ connectionString: url });
    await client.connect();
    await opened.store.ensurePartitions([DAY]);
    await insertTicks(client, ticks, 'stock_prices');
    assert.equal((await seal(url, DAY)).state, 'sealed');
  });
  after(async () => {
    await client?.end();
    for (const part of parts) await part[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it('are those that a SELECT gives as text, whatever is in them', async () => {
    const from = 'FROM sealed_blocks ORDER BY stock_name, exchange_name, first_time, place';
    const { rows } = await client.query<BlockRow>(`SELECT ${BLOCK_COLUMNS} ${from}`);
    const copy = client.query(
      new BinaryCopy(`COPY (SELECT ${COPIED_COLUMNS} ${from}) TO STDOUT (FORMAT binary)`, 30_000),
    );
    const copied: Buffer[] = [];
    for (let some = await copy.take(); some.length > 0; some = await copy.take()) copied.push(...some);
    assert.equal(copy.count, rows.length);
    const blocks = rows.map(readBlockRow);
    assert.deepEqual(copied.map(readCopiedBlock), blocks);
    for (const name of ['numbers', 'scales', 'ties', 'times', 'prices', 'ranks'] as const)
      assert.ok(
        blocks.some((block) => block[name] !== null),
        `no block has ${name}`,
      );
  });

  it('are found by names that SQL has to quote', async () => {
    await using reader = openReader(url);
    for (const stock of ["quo'te", 'back\\slash', '"', 'line\nbreak', 'NULL']) {
      const timesOf = (lines: readonly string[]) => lines.map((line) => line.split(' ', 2).join(' ')).sort();
      const own = ticks.filter((tick) => tick.stock === stock);
      assert.ok(own.length > 100, stock);
      const expected = own.map(({ time, price }: SequencedTick) => `${isoOf(time)} ${price}`).sort();
      assert.deepEqual(timesOf(await readChunks(reader, { stock }, 'asc')), expected, stock);
    }
  });

  it('end with what went wrong, and the connection can be used again', async () => {
    const copy = client.query(new BinaryCopy('COPY (SELECT 1 / 0) TO STDOUT (FORMAT binary)', 30_000));
    await assert.rejects(copy.take(), /division by zero/);
    const slow = client.query(new BinaryCopy('COPY (SELECT pg_sleep(0.3)) TO STDOUT (FORMAT binary)', 50));
    await assert.rejects(slow.take(), /Query read timeout/);
    assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
  });
});

function isoOf(micros: number): string {
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}
