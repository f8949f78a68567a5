import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import {
  columnsOf,
  decodeBlock,
  encodeBlocks,
  PageRoom,
  priceText,
  type SealedBlock,
  type TickColumns,
} from '../src/sealed/index.ts';
import { keptTicks, type PlainTick, plain, randomTicks } from './fixtures/random-ticks.ts';
import { storeBlocks } from './fixtures/store-blocks.ts';
import { openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const PAGE_BYTES = 8192;

describe('blocks that are cut by the room in a page', () => {
  let server: TestServer;
  let opened: TestStore;
  let client: pg.Client;
  before(async () => {
    server = await startTestServer();
    opened = await openTestStore(server);
    client = new pg.Client({ connectionString: opened.url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await opened[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('give back every tick', () => {
    fc.assert(
      fc.property(fc.array(randomTicks, { minLength: 1, maxLength: 4 }), (stocks) => {
        const room = new PageRoom();
        for (const ticks of stocks) {
          const blocks = encodeBlocks({ stock: 'AAPL', exchange: 'NYSE' }, columnsOf(ticks), { room });
          const unpacked = blocks.flatMap((block) => linesOf(decodeBlock(block)));
          assert.deepEqual(unpacked, linesOf(columnsOf(keptTicks(ticks, () => 0))));
          assert.deepEqual(
            blocks.map(({ place }) => place),
            blocks.map((_, i) => i + 1),
          );
        }
      }),
      { numRuns: 60, seed: 15 },
    );
  });

  it('fill the pages of their table, and lie in no toast', async () => {
    const room = new PageRoom();
    const blocks: SealedBlock[] = [];
    for (let stock = 0; stock < 40; stock++) {
      const key = { stock: `S${stock}`, exchange: 'NASDAQ' };
      blocks.push(...encodeBlocks(key, columnsOf(noisyTicks(500 + stock * 311, stock)), { room }));
    }
    await storeBlocks(client, blocks);
    const { rows } = await client.query<{ toast: string; pages: string }>(
      `SELECT pg_relation_size(reltoastrelid) AS toast,
         (SELECT count(DISTINCT (ctid::text::point)[0]) FROM sealed_blocks) AS pages
       FROM pg_class WHERE relname = 'sealed_blocks'`,
    );
    const payload = blocks.reduce((sum, block) => sum + block.payload.length, 0);
    assert.equal(Number(rows[0]?.toast), 0);
    const pages = Number(rows[0]?.pages);
    assert.ok(pages * PAGE_BYTES < payload * 1.09, `${payload} bytes of blocks fill ${pages} pages`);
  });

  it('are taken in parts by whoever has more ticks to come', () => {
    const ticks = columnsOf(noisyTicks(6000, 1));
    const whole = encodeBlocks({ stock: 'AAPL', exchange: 'NYSE' }, ticks, { room: new PageRoom() });
    const first = encodeBlocks({ stock: 'AAPL', exchange: 'NYSE' }, ticks, {
      room: new PageRoom(),
      firstPlace: 7,
      atMost: 1,
    });
    assert.deepEqual(
      first.map(({ place, count }) => [place, count]),
      [[7, whole[0]?.count]],
    );
  });
});

/** Noise in 17 bits of time and 7 of price. */
function noisyTicks(count: number, seed: number): readonly PlainTick[] {
  let state = seed + 1;
  const random = (): number => {
    state = (state * 48_271) % (2 ** 31 - 1);
    return state / (2 ** 31 - 1);
  };
  let time = Date.parse('2026-03-02T00:00:00Z') * 1000;
  return Array.from({ length: count }, () => {
    time += 1 + Math.floor(random() * 2 ** 17);
    return {
      time: time as PlainTick['time'],
      seq: 0,
      price: plain(20_000 + Math.floor(random() * 64), 2) as PlainTick['price'],
    };
  });
}

function linesOf(columns: TickColumns): readonly string[] {
  return Array.from(columns.times, (time, i) => `${time} ${priceText(columns.prices, i)} ${columns.seqs[i]}`);
}
