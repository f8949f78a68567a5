import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import fc from 'fast-check';
import pg from 'pg';
import {
  BLOCK_COLUMNS,
  type BlockRow,
  columnsOf,
  decodeBlock,
  encodeBlocks,
  priceText,
  readBlockRow,
  type SealedBlock,
  type TickColumns,
} from '../src/sealed/index.ts';
import { PLAIN_BLOCK, PLAIN_TICKS } from './fixtures/plain-block.ts';
import { keptTicks, type PlainTick, plain, randomRanks, randomTicks } from './fixtures/random-ticks.ts';
import { storeBlocks } from './fixtures/store-blocks.ts';
import { openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

/** A block's ticks as text, in the order in which they come. */
const UNPACKED = `(SELECT string_agg(concat_ws(' ', extract(epoch FROM t."timestamp") * 1000000, t.price, t.seq), ', ')
  FROM unpack_block(b) AS t)`;
const originOf = (seq: number) => (Math.floor(seq / 1000) % 2 === 0 ? Math.floor(seq / 1000) * 1000 : 0);

describe('blocks in PostgreSQL', () => {
  let server: TestServer;
  let opened: TestStore;
  let client: pg.Client;
  const warnings: string[] = [];
  before(async () => {
    server = await startTestServer();
    opened = await openTestStore(server);
    client = new pg.Client({ connectionString: opened.url });
    await client.connect();
    client.on('notice', (notice) => warnings.push(`${notice.severity} ${notice.code} ${notice.message}`));
  });
  after(async () => {
    await client.end();
    await opened[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  async function store(blocks: readonly SealedBlock[]): Promise<void> {
    await client.query('TRUNCATE sealed_blocks');
    await storeBlocks(client, blocks);
  }

  it('give SQL and JavaScript the same ticks, those that were packed', async () => {
    const stocks = new Map(fc.sample(randomTicks, { numRuns: 250, seed: 15 }).map((ticks, i) => [nameOf(i), ticks]));
    const ranksOf = fc.sample(randomRanks, { numRuns: 250, seed: 32 });
    await store(
      [...stocks].flatMap(([stock, ticks], i) => {
        const ranks = Float64Array.from(ticks, (_, place) => ranksOf[i]?.(place) ?? 0);
        return encodeBlocks({ stock, exchange: 'NYSE' }, { ...columnsOf(ticks), ranks }, { originOf });
      }),
    );
    const { rows } = await client.query<BlockRow & { unpacked: string }>(
      `SELECT ${BLOCK_COLUMNS}, ${UNPACKED} AS unpacked FROM sealed_blocks AS b ORDER BY stock_name, b.place`,
    );
    const bySql = new Map<string, string[]>();
    const byScript = new Map<string, string[]>();
    for (const row of rows) {
      bySql.set(row.stock_name, [...(bySql.get(row.stock_name) ?? []), row.unpacked]);
      byScript.set(row.stock_name, [...(byScript.get(row.stock_name) ?? []), textOf(decodeBlock(readBlockRow(row)))]);
    }
    for (const [stock, ticks] of stocks) {
      const packed = textOf(columnsOf(keptTicks(ticks, originOf)));
      assert.equal(byScript.get(stock)?.join(', '), packed);
      assert.equal(bySql.get(stock)?.join(', '), packed);
    }
    assert.deepEqual(warnings, []);
  });

  it('are read where they were written before there were ranks', async () => {
    await store([PLAIN_BLOCK]);
    const { rows } = await client.query(`SELECT ${UNPACKED} AS unpacked FROM sealed_blocks AS b`);
    assert.equal(
      rows[0].unpacked,
      PLAIN_TICKS.map((line) => line.replace(' ', '.000000 ').replace(/ (\S+) (\S+)$/, ' $2 $1')).join(', '),
    );
    assert.deepEqual(warnings, []);
  });

  it('name themselves when one of their columns is not what was written; the others are read', async () => {
    const ranks = Float64Array.from({ length: 9000 }, (_, i) => (i % 50 === 3 ? 2 : 0));
    const ticks = { ...columnsOf(oddTicks(9000)), ranks };
    await store(encodeBlocks({ stock: 'AAPL', exchange: 'NASDAQ' }, ticks, { originOf }));
    const whole = `SELECT count(*)::int AS n, count(DISTINCT price)::int AS prices FROM sealed_blocks AS b, unpack_block(b)`;
    const [sound] = (await client.query(whole)).rows;
    assert.equal(sound.n, 9000);
    const changes = [
      `stock_name = 'AAPM'`,
      `exchange_name = 'NYSE'`,
      `first_time = first_time - interval '1 microsecond'`,
      `last_time = last_time + interval '1 microsecond'`,
      'place = 77',
      'count = count - 1',
      'version = 0',
      'scale = scale + 1',
      'scale_kind = 1',
      'first_price = first_price - 1',
      ...['times', 'prices', 'scales', 'ties', 'origins', 'ranks'].flatMap((name) => [
        `${name} = NULL`,
        `${name}[1] = ${name}[1] + 1`,
        `${name} = ${name} || 1::bigint`,
      ]),
      `numbers = '{1.5}'`,
      'payload = set_bit(payload, 12345, 1 - get_bit(payload, 12345))',
      'payload = substring(payload FROM 2)',
      `payload = ''`,
      'checksum = set_bit(checksum, 1, 1 - get_bit(checksum, 1))',
    ];
    for (const change of changes) {
      warnings.length = 0;
      await client.query('BEGIN');
      const { rows: changed } = await client.query(
        `UPDATE sealed_blocks SET ${change} WHERE place = 2 RETURNING place, stock_name, exchange_name, count`,
      );
      const { place, stock_name, exchange_name, count } = changed[0];
      const [read] = (await client.query(whole)).rows;
      const { rows: others } = await client.query(
        `SELECT sum(count)::int AS n FROM sealed_blocks WHERE place IN (1, 3)`,
      );
      await client.query('ROLLBACK');
      assert.equal(read.n, others[0].n, change);
      const named = `block ${place} of ${stock_name} on ${exchange_name}, 2026-05-11, is unreadable: its bytes do not match its checksum; its ${count} ticks are missing`;
      assert.deepEqual(warnings, [`WARNING XX001 ${named}`], change);
    }
  });

  it('say that a newer Tickwatch wrote them, and none of their ticks is guessed at', async () => {
    await store(encodeBlocks({ stock: 'AAPL', exchange: 'NASDAQ' }, columnsOf(oddTicks(100))));
    await client.query('UPDATE sealed_blocks SET version = 3');
    warnings.length = 0;
    const { rows } = await client.query('SELECT t.* FROM sealed_blocks AS b, unpack_block(b) AS t');
    assert.deepEqual(rows, []);
    assert.match(warnings.join(), /its version is 3: a newer Tickwatch wrote it; its 100 ticks are missing/);
  });

  it('are not unpacked for what a query does not ask for', async () => {
    const plan = async (columns: string) => {
      const { rows } = await client.query(
        `EXPLAIN (VERBOSE) SELECT ${columns} FROM sealed_blocks AS b, unpack_block(b) AS t WHERE b.stock_name = 'AAPL'`,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    assert.doesNotMatch(await plan('count(*)'), /unpack_/);
    assert.doesNotMatch(await plan('max(t.price)'), /unpack_column\([^)]*times/);
    assert.match(await plan('max(t.price)'), /unpack_column/);
  });

  it('are read whatever the search path', async () => {
    await store(encodeBlocks({ stock: 'AAPL', exchange: 'NASDAQ' }, columnsOf(oddTicks(100))));
    await client.query('BEGIN');
    await client.query('SET LOCAL search_path = pg_catalog');
    const { rows } = await client.query('SELECT t.* FROM public.sealed_blocks AS b, public.unpack_block(b) AS t');
    await client.query('ROLLBACK');
    assert.equal(rows.length, 100);
  });
});

/** Also such as COPY has to escape. */
function nameOf(i: number): string {
  return `S${String(i).padStart(3, '0')}${['', '\\', '\t', '\n', '\\N', 'ä'][i % 6]}`;
}

function textOf({ count, times, seqs, prices }: TickColumns): string {
  const ticks = Array.from({ length: count }, (_, i) => `${times[i]}.000000 ${priceText(prices, i)} ${seqs[i]}`);
  return ticks.join(', ');
}

/** With something in each column of a block. */
function oddTicks(count: number): PlainTick[] {
  const start = Date.parse('2026-05-11T00:00:00Z') * 1000;
  return Array.from({ length: count }, (_, i) => ({
    time: (start + (i % 20 === 1 ? i - 1 : i) * 9_000_000) as EpochMicros,
    seq: start + i * 400,
    price: plain(22_000 + (i % 50), i % 3) as DecimalText,
  }));
}
