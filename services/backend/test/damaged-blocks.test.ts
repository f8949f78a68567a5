import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Coverage, Gap } from '@tickwatch/core';
import { createPostgresStore, type PostgresStore } from '@tickwatch/store';
import { forgetHoles, insertCoverage, insertHoles, storeLane, time } from './holes-kit.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** Midnight of a day that is over, UTC. */
const BEGIN = Math.floor((Date.now() * 1000) / DAY) * DAY - 20 * DAY;
const NAME = time(BEGIN).slice(0, 10);
const NOON = BEGIN + DAY / 2;

const FLIP = 'payload = set_byte(payload, 100, get_byte(payload, 100) # 1)';

interface Block {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

describe('damaged blocks', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let blocks: readonly Block[];

  const sql = (text: string) => database.client.query(text);

  before(async () => {
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'backend-test' });
    await sql(`INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price, seq)
      SELECT '${time(NOON)}'::timestamptz + n * interval '1 second', 'AAPL', 'NYSE', n * 7919 % 997, n
        FROM generate_series(0, 11999) AS n
      UNION ALL SELECT '${time(NOON)}'::timestamptz + n * interval '1 second', 'MSFT', 'NASDAQ', n % 5, n
        FROM generate_series(0, 49) AS n`);
    await store.sealDay(NAME);
    const { rows } = await sql(
      `SELECT unix_micros(first_time) AS from, unix_micros(last_time) AS to, count FROM sealed_blocks
       WHERE stock_name = 'AAPL' ORDER BY place`,
    );
    blocks = rows.map((row) => ({ from: time(Number(row.from)), to: time(Number(row.to)), count: Number(row.count) }));
    assert.ok(blocks.length >= 3);
    await sql('CREATE TABLE sound_blocks AS TABLE sealed_blocks');
  });
  after(async () => {
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await sql(`DELETE FROM sealed_blocks; INSERT INTO sealed_blocks TABLE sound_blocks; DELETE FROM damaged_blocks`);
    await forgetHoles(database.client);
    await insertCoverage(database.client, [
      { exchange: 'NYSE', from: BEGIN },
      { exchange: 'NASDAQ', from: BEGIN },
    ]);
    for (const exchange of ['NYSE', 'NASDAQ']) await storeLane(database.client, `${exchange}/0`, Date.now() * 1000);
  });

  /** A backend that has met nothing yet. */
  async function fresh(use: (api: TestBackend) => Promise<void>, url = database.url): Promise<void> {
    await using reader = openReader(url);
    await using api = await listenBackend(reader);
    await use(api);
  }
  async function gapsOf(api: TestBackend, query = ''): Promise<readonly Gap[]> {
    const answer = await api.get(`/api/gaps?${query}`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Gap[];
  }
  const short = (gaps: readonly Gap[]) => gaps.map(({ reason, from_time: from }) => `${reason} ${from}`);
  /** Of a block that is read: one byte, and a version that nobody knows. */
  const damageTwo = () =>
    sql(`UPDATE sealed_blocks SET ${FLIP} WHERE stock_name = 'AAPL' AND place = 2;
      UPDATE sealed_blocks SET version = 9 WHERE stock_name = 'MSFT'`);

  it('are told by answers as of a moment that needed them, and so are holes there', async () => {
    // In the middle of a minute that the block holds all of: neither the minute nor another block tells the price.
    const minute = Math.floor(Date.parse(blocks[1]?.to ?? '') / 60_000 - 2) * 60 * SECOND;
    const within = time(minute + 30 * SECOND + 500_000);
    const before = time(NOON + 100 * SECOND);
    const told = async (api: TestBackend, path: string) => {
      const answer = await api.get(path);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('link') ?? '', /<\/api\/gaps\?[^>]*start_time=[^>]*>; rel="gaps"/);
      return answer.headers.get('x-complete');
    };
    const paths = ['/api/asof?', '/api/board?', '/api/board?sort=ticks&'];
    await fresh(async (api) => {
      for (const path of paths) assert.equal(await told(api, `${path}time=${within}`), 'true', path);
    });
    await damageTwo();
    await fresh(async (api) => {
      for (const path of paths) {
        assert.equal(await told(api, `${path}time=${within}&exchange=NYSE`), 'false', path);
        assert.equal(await told(api, `${path}time=${before}&exchange=NYSE`), 'true', path);
      }
    });
    await insertHoles(database.client, [{ exchange: 'NYSE', from: NOON + 90 * SECOND, to: NOON + 110 * SECOND }]);
    await fresh(async (api) => {
      for (const path of paths) {
        assert.equal(await told(api, `${path}time=${before}`), 'false', path);
        assert.equal(await told(api, `${path}time=${before}&exchange=NASDAQ`), 'true', path);
      }
      const now = await api.get('/api/board');
      assert.equal(now.headers.get('x-complete'), null);
    });
  });

  it('are told by whoever is asked once they are verified, by stock, exchange, time and reason', async () => {
    await damageTwo();
    const { problems } = await store.verifySealedDay(NAME);
    await fresh(async (api) => {
      const [msft, aapl, ...more] = await gapsOf(api);
      assert.deepEqual(more, []);
      const { detail, ...rest } = aapl ?? assert.fail('none');
      assert.deepEqual(rest, {
        id: null,
        lane: null,
        exchange_name: 'NYSE',
        from_time: blocks[1]?.from,
        to_time: blocks[1]?.to,
        from_seq: null,
        to_seq: null,
        messages: blocks[1]?.count,
        reason: 'block_damaged',
        stocks: ['AAPL'],
        filled: false,
        filled_stocks: [],
      });
      assert.ok(problems.includes(detail), 'in the words of whoever verified it');
      assert.match(msft?.detail ?? '', /its version is 9: a newer Tickwatch wrote it; its 50 ticks are missing/);
      assert.deepEqual(await gapsOf(api, 'stock=AAPL'), [aapl]);
      assert.deepEqual(await gapsOf(api, 'exchange=NASDAQ&reason=block_damaged'), [msft]);
      assert.deepEqual(await gapsOf(api, 'reason=refused'), []);
      assert.deepEqual(await gapsOf(api, `end_time=${aapl?.from_time}&stock=AAPL`), [aapl], 'both ends included');
      assert.deepEqual(await gapsOf(api, `start_time=${aapl?.to_time}&stock=AAPL`), [aapl], 'both ends included');
      assert.deepEqual(await gapsOf(api, `end_time=${blocks[0]?.to}&stock=AAPL`), []);
      assert.deepEqual(await gapsOf(api, `start_time=${blocks[2]?.from}&stock=AAPL`), []);
    });
  });

  it('stand among the holes by time, page by page', async () => {
    await sql(
      `UPDATE sealed_blocks SET ${FLIP} WHERE stock_name = 'AAPL'; UPDATE sealed_blocks SET version = 9 WHERE stock_name = 'MSFT'`,
    );
    await store.verifySealedDay(NAME);
    const at = (from: number) => ({ exchange: 'NYSE', from, to: from + SECOND });
    const second = Date.parse(blocks[1]?.from ?? '') * 1000;
    await insertHoles(database.client, [at(BEGIN), at(NOON), at(NOON), at(second), at(second + 5 * SECOND)]);
    await fresh(async (api) => {
      const all = await gapsOf(api);
      assert.equal(all.length, blocks.length + 6);
      assert.deepEqual(
        all.map(({ from_time: from }) => from),
        all.map(({ from_time: from }) => from).toSorted(),
      );
      for (const limit of [1, 2, 3]) {
        const pages: Gap[] = [];
        for (let next: string | undefined = `/api/gaps?limit=${limit}`; next !== undefined; ) {
          const answer = await api.get(next);
          const link: string = answer.headers.get('link') ?? '';
          pages.push(...((await answer.json()) as Gap[]));
          next = /<([^>]+)>; rel="next"/.exec(link)?.[1];
        }
        assert.deepEqual(pages, all);
      }
    });
  });

  it('make a day of their exchange one with holes', async () => {
    await damageTwo();
    await store.verifySealedDay(NAME);
    await fresh(async (api) => {
      const answer = (await (await api.get('/api/coverage?timezone=UTC&days=30')).json()) as Coverage;
      for (const { exchange_name: exchange, days } of answer) {
        const { state, messages, holes, reasons } = days.find(({ day }) => day === NAME) ?? assert.fail('no such day');
        const count = exchange === 'NYSE' ? blocks[1]?.count : 50;
        assert.deepEqual(
          { state, messages, holes, reasons },
          { state: 'holes', messages: count, holes: 1, reasons: ['block_damaged'] },
        );
      }
      assert.equal(answer.length, 2);
    });
  });

  it('are told no longer by anybody once they are restored, before anybody verifies it', async () => {
    await damageTwo();
    await store.verifySealedDay(NAME);
    await fresh(async (api) => {
      await (await api.get('/api/prices/AAPL?limit=1')).text();
      assert.equal((await gapsOf(api)).length, 2);
      await sql(`DELETE FROM sealed_blocks WHERE stock_name = 'AAPL';
        INSERT INTO sealed_blocks SELECT * FROM sound_blocks WHERE stock_name = 'AAPL'`);
      assert.deepEqual(short(await gapsOf(api)), [`block_damaged ${time(NOON)}`]);
      await sql(`UPDATE sealed_blocks SET version = 1 WHERE stock_name = 'MSFT'`);
      assert.deepEqual(await gapsOf(api), []);
      const coverage = (await (await api.get('/api/coverage?timezone=UTC&days=30')).json()) as Coverage;
      assert.deepEqual(
        [...new Set(coverage.flatMap(({ days }) => days.map(({ reasons }) => reasons.join())))],
        ['unknown', ''],
      );
    });
    await store.verifySealedDay(NAME);
    assert.deepEqual((await sql('SELECT FROM damaged_blocks')).rows, []);
  });

  it('that only one backend has met are told by it alone, until somebody verifies them', async () => {
    await damageTwo();
    await fresh(async (api) => {
      assert.deepEqual(await gapsOf(api), []);
      await (await api.get('/api/prices/AAPL?format=csv')).text().catch(() => '');
      assert.deepEqual(short(await gapsOf(api)), [`block_damaged ${blocks[1]?.from}`]);
      await fresh(async (other) => assert.deepEqual(await gapsOf(other), []));
    });
  });

  it('that are known are said at once by an answer that is streamed, and it does not break off', async () => {
    await damageTwo();
    await store.verifySealedDay(NAME);
    await fresh(async (api) => {
      const answer = await api.get(
        `/api/prices/AAPL?format=csv&start_time=${time(NOON)}&end_time=${time(NOON + DAY / 4)}`,
      );
      assert.equal(answer.headers.get('x-complete'), 'false');
      assert.equal((await answer.text()).trimEnd().split('\n').length - 1, 12_000 - (blocks[1]?.count ?? 0));
    });
  });

  it('are told by /readyz and the system page, which stay ready', async () => {
    await damageTwo();
    await fresh(async (api) => {
      assert.equal('sealed_blocks' in ((await (await api.get('/readyz')).json()) as object), false);
      await store.verifySealedDay(NAME);
      const ready = await api.get('/readyz');
      assert.equal(ready.status, 200);
      assert.match(await ready.text(), /damaged: block 1 of MSFT on NASDAQ, .*, and 1 more; \/api\/gaps lists them/);
    });
  });
});
