import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore } from '../src/index.ts';
import { ask, BatchMaker, databaseOfBefore, lead, startTestServer, type TestServer } from './store-test-kit.ts';

/** The last migration of the version before lanes and arrival order. */
const BEFORE = 7;
const PARTITION = 'stock_prices_y2026m02d03';
/** Was the default partition. */
const REST = 'late_prices';
const ROLLUPS = `SELECT stock_name, width, bucket, count::int, open::float8, close::float8, weighted_sum::float8
  FROM price_rollups ORDER BY stock_name, width, bucket`;

const DATA = `
  SELECT create_day_partition('2026-02-03');
  INSERT INTO stock_prices VALUES
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 10), ('2026-02-03 10:00Z', 'X', 'NASDAQ', 12),
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 11), ('2026-02-03 10:00:05Z', 'X', 'NASDAQ', 9.5),
    ('2020-05-05 10:00Z', 'Y', 'NYSE', 7), ('2020-05-05 10:00Z', 'Y', 'NYSE', 5);
  INSERT INTO ingest_positions (exchange_name, log_id, position, seq, fingerprint, received_at, owner, epoch, heartbeat,
    stored, rejected) VALUES
    ('NASDAQ', 'log-1', '41', 1790000000000000, 'f', now(), 'old:1', 3, now(), 4, 1),
    ('NYSE', NULL, NULL, 0, '', NULL, 'old:1', 3, now(), 0, 0);
  INSERT INTO import_progress (source, position, stored) VALUES ('file', 5, 2)`;

describe('a database of the version before lanes', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('keeps its rows, candles and positions, and all who write go on', async () => {
    const url = await server.createDatabase();
    await databaseOfBefore(url, BEFORE, DATA);
    const rollups = await ask(url, ROLLUPS);
    const files = `SELECT pg_relation_filenode('${PARTITION}') AS day, pg_relation_filenode('${REST}') AS rest`;
    const filesBefore = await ask(url, files.replace(REST, 'stock_prices_default'));
    await using store = createPostgresStore({ connectionString: url, applicationName: 'test' });
    await store.migrate();

    assert.deepEqual(await ask(url, files), filesBefore, 'no row is written again');
    assert.deepEqual(await ask(url, 'SELECT DISTINCT seq::int FROM stock_prices'), [{ seq: 0 }]);
    assert.deepEqual(await ask(url, ROLLUPS), rollups);
    for (const day of await store.daysWithData()) {
      assert.deepEqual(await store.verifyRollups(day), []);
      await store.rebuildRollups(day);
    }
    assert.deepEqual(await ask(url, ROLLUPS), rollups, 'price decides among equal times, as it did');

    const positions = await store.positions();
    assert.deepEqual([...positions.keys()].sort(), ['NASDAQ/0', 'NYSE/0']);
    assert.equal(positions.get('NASDAQ/0')?.position, '41');
    assert.equal(positions.get('NYSE/0'), undefined);
    const members = await ask(
      url,
      'SELECT lane, exchange_name, epoch::int, stored::int FROM ingest_positions ORDER BY 1',
    );
    assert.deepEqual(members[0], { lane: 'NASDAQ/0', exchange_name: 'NASDAQ', epoch: 3, stored: 4 });

    await using membership = await lead(store);
    const make = new BatchMaker();
    const [batch] = make.batches([make.tick('X', '20', Date.parse('2026-02-03T10:00:05Z') * 1000)]);
    assert.ok(batch);
    await membership.commit([{ ...batch, after: { logId: 'log-1', position: '41' } }]);
    await ask(url, `INSERT INTO stock_prices VALUES ('2026-02-03 10:00:05Z', 'X', 'NASDAQ', 15)`);
    await ask(url, `INSERT INTO ${PARTITION} VALUES ('2026-02-03 10:00:05Z', 'X', 'NASDAQ', 3)`);
    const [minute] = await ask(url, `${ROLLUPS.replace('ORDER', "WHERE width = 'minute' AND stock_name = 'X' ORDER")}`);
    assert.deepEqual(minute, { ...rollups.find(isMinuteOfX), count: 7, close: 3 });

    await store.ensurePartitions(['2020-05-05']);
    const stayed = await ask(url, "SELECT price::int, seq::int FROM late_prices WHERE stock_name = 'Y' ORDER BY price");
    assert.deepEqual(stayed, [
      { price: 5, seq: 0 },
      { price: 7, seq: 0 },
    ]);
    await ask(url, "INSERT INTO stock_prices VALUES ('2020-05-05 10:00Z', 'Y', 'NYSE', 6)");
    await store.importTicks({
      ...{ source: 'file', from: 5, to: 6, rejected: [], finished: true },
      ticks: [make.tick('Y', '4', Date.parse('2020-05-05T10:00:00Z') * 1000, 'NYSE')],
    });
    const days = await ask(
      url,
      "SELECT open::int, close::int FROM price_rollups WHERE width = 'day' AND stock_name = 'Y'",
    );
    assert.deepEqual(days, [{ open: 5, close: 4 }]);
    for (const day of await store.daysWithData()) assert.deepEqual(await store.verifyRollups(day), []);
  });
});

function isMinuteOfX(row: object): boolean {
  return 'stock_name' in row && row.stock_name === 'X' && 'width' in row && row.width === 'minute';
}
