import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { createPostgresStore, type ImportPortion } from '../src/index.ts';
import {
  ask,
  BatchMaker,
  databaseOfBefore,
  openTestStore,
  startTestServer,
  type TestServer,
} from './store-test-kit.ts';

const BASE = Date.UTC(2024, 1, 3) * 1000;

/** The last migration before imports covered anything. */
const BEFORE = 18;
/** Imports of files with one exchange, with two, with rejected lines, unfinished, and one without portions. */
const DATA = `
  INSERT INTO stock_prices VALUES
    ('2026-02-03 10:00Z', 'A', 'NYSE', 10), ('2026-02-03 10:00Z', 'B', 'NYSE', 12),
    ('2026-02-03 10:00Z', 'C', 'NASDAQ', 11), ('2026-02-03 10:00Z', 'D', 'NASDAQ', 1), ('2026-02-03 10:00Z', 'D', 'NYSE', 1);
  INSERT INTO import_progress (source, position, stored, rejected, finished) VALUES
    ('nyse', 5, 8, 0, true), ('both', 5, 4, 0, true), ('twice listed', 5, 4, 0, true), ('rejected', 5, 4, 1, true),
    ('unfinished', 5, 4, 0, false), ('without', 5, 4, 0, true), ('gone', 5, 4, 0, true);
  INSERT INTO import_portions (source, from_position, to_position, from_row, to_row, first_seq, last_seq, from_time, to_time,
    stocks, stored, rejected, is_open) VALUES
    ('nyse', 0, 3, 0, 3, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{A}', 4, 0, false),
    ('nyse', 3, 5, 3, 5, 5, 8, '2026-02-03 09:00Z', '2026-02-03 10:00Z', '{A,B}', 4, 0, false),
    ('both', 0, 5, 0, 5, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{A,C}', 4, 0, false),
    ('twice listed', 0, 5, 0, 5, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{D}', 4, 0, false),
    ('rejected', 0, 5, 0, 5, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{A}', 4, 1, false),
    ('unfinished', 0, 5, 0, 5, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{A}', 4, 0, false),
    ('gone', 0, 5, 0, 5, 1, 4, '2026-02-03 10:00Z', '2026-02-03 11:00Z', '{A,UNKNOWN}', 4, 0, false)`;
const COVERAGE = `SELECT source, exchange_name AS exchange, stock_name AS stock,
  to_char(from_time AT TIME ZONE 'UTC', 'HH24:MI') AS from, to_char(to_time AT TIME ZONE 'UTC', 'HH24:MI') AS to
  FROM coverage WHERE source IS NOT NULL ORDER BY 1, 2, 3`;

describe('what an import covers', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('is derived for imports of earlier versions where their exchange can be known, and only there', async () => {
    const url = await server.createDatabase();
    await databaseOfBefore(url, BEFORE, DATA);
    await using store = createPostgresStore({ connectionString: url, applicationName: 'test' });
    await store.migrate();
    const expected = ['A', 'B'].map((stock) => ({
      source: 'nyse',
      exchange: 'NYSE',
      stock,
      from: '09:00',
      to: '11:00',
    }));
    assert.deepEqual(await ask(url, COVERAGE), expected);
    const covers = { from: BASE as EpochMicros, to: (BASE + 1) as EpochMicros };
    await store.coverImport('both', covers);
    assert.deepEqual(await store.importCoverage('both'), [], 'nobody knows of which exchange');
    await store.coverImport('nyse', covers);
    assert.deepEqual(
      (await store.importCoverage('nyse')).map(({ exchange, stocks }) => [exchange, stocks]),
      [
        ['NYSE', undefined],
        ['NYSE', ['A', 'B']],
      ],
    );
  });

  it('lacks what the database refused, each a hole at its own time, gone with its portion', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    const make = new BatchMaker();
    await ask(url, 'ALTER TABLE day_prices ADD CHECK (price < 1000); ALTER TABLE late_prices ADD CHECK (price < 1000)');
    const bad = '5000';
    const portion = (from: number, prices: readonly string[]): ImportPortion => ({
      source: 'refused',
      from,
      to: from + 1,
      ticks: prices.map((price, i) => make.tick('AAPL', price, BASE + (from * 10 + i) * 1_000_000)),
      rejected: [],
      finished: true,
      content: {
        fromRow: from,
        toRow: from + 1,
        digest: `${from}`,
        checkpoints: [],
        sketch: [],
        options: '',
        isOpen: false,
        replacesOpen: false,
      },
    });
    await store.importTicks(portion(0, ['1', bad, '2']));
    await store.importTicks(portion(1, ['3', '4', bad]));
    const holes = `SELECT ((extract(epoch FROM from_time) * 1000000)::bigint - ${BASE})::float8 / 1e6 AS at, from_time = to_time AS exact,
      messages::int, stocks, reason FROM gaps ORDER BY 1`;
    const hole = (at: number) => ({ at, exact: true, messages: 1, stocks: ['AAPL'], reason: 'rejected' });
    assert.deepEqual(await ask(url, holes), [hole(1), hole(12)]);
    const stop = new Error('the machine went away');
    const once = (): void => {
      throw stop;
    };
    await assert.rejects(store.undoImport('refused', once), stop);
    assert.deepEqual(await ask(url, holes), [hole(1)]);
  });

  it('of very many stocks and holes is found in seconds', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await ask(
      url,
      `INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, reason)
       SELECT 'NASDAQ/' || i % 4, 4, 'NASDAQ', to_timestamp($1::float8 + i * 10), to_timestamp($1::float8 + i * 10 + 5), 'refused'
       FROM generate_series(1, 5000) AS i`,
      [BASE / 1e6],
    );
    const make = new BatchMaker();
    const ticks = Array.from({ length: 10_000 }, (_, i) => make.tick(`S${i}`, '1', BASE + i * 5_000_000));
    await store.importTicks({
      source: 'many',
      from: 0,
      to: 1,
      ticks,
      rejected: [],
      finished: true,
      content: {
        fromRow: 0,
        toRow: 1,
        digest: 'd',
        checkpoints: [],
        sketch: [],
        options: '',
        isOpen: false,
        replacesOpen: false,
      },
    });
    const spans = await store.importCoverage('many');
    assert.deepEqual([spans.length, spans[0]?.stocks?.length], [1, 10_000]);
    const started = performance.now();
    const { holes, more } = await store.closedHoles(spans, 'many');
    assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`);
    assert.ok(holes.length > 150 && more === 4799, `${holes.length} ${more}`);
    assert.ok(holes.every(({ closed, stocks }) => closed === stocks));
  });
});
