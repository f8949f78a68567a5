import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import type { LaneCount, Membership, RejectedMessage } from '../src/index.ts';
import {
  ask,
  BatchMaker,
  lead,
  openTestStore,
  startTestServer,
  type TestServer,
  type TestStore,
} from './store-test-kit.ts';

const count = (stored: number, refusedByDatabase = 0): LaneCount => ({ stored, refusedByDatabase });

describe('a commit', () => {
  let server: TestServer;
  let opened: TestStore;
  let membership: Membership;
  let make: BatchMaker;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const inNewDatabase = (title: string, test: () => Promise<void>): void => {
    it(title, async () => {
      opened = await openTestStore(server);
      make = new BatchMaker();
      membership = await lead(opened.store);
      await test();
      await membership[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    });
  };

  inNewDatabase('keeps the digits of a price, the microseconds of a time and any characters of a name', async () => {
    const time = Date.UTC(2026, 1, 3) * 1000 + 1;
    const prices = ['220.40', '0.00000001', '123456789012345.678901', '1', `0.${'3'.repeat(390)}`, '9'.repeat(400)];
    const names = ['AAPL', 'BRK.B', 'BTC:USD', 'a\\b', 'x\ty\nz\r', '\\N', '\\.', 'Ünï😀', 'q\'uo"te', '\u007f{}'];
    const ticks = [
      ...prices.map((price, i) => make.tick(`P${i}`, price, time)),
      ...names.map((name) => make.tick(name, '7.10', time, 'NYSE')),
    ];
    const result = await membership.commit(make.batches(ticks));
    assert.deepEqual(
      result.lanes,
      new Map([
        ['NASDAQ/0', count(prices.length)],
        ['NYSE/0', count(names.length)],
      ]),
    );
    const rows = await ask<{ stock_name: string; price: string; time: string }>(
      opened.url,
      `SELECT stock_name, price::text, to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS time
       FROM stock_prices ORDER BY exchange_name, stock_name`,
    );
    assert.deepEqual(
      rows.filter((row) => /^P\d$/.test(row.stock_name)).map((row) => row.price),
      prices,
    );
    assert.deepEqual(new Set(rows.map((row) => row.stock_name)), new Set(ticks.map((tick) => tick.stock)));
    assert.deepEqual([...new Set(rows.map((row) => row.time))], ['2026-02-03 00:00:00.000001']);
    assert.deepEqual(await opened.store.verifyRollups('2026-02-03'), []);
  });

  inNewDatabase('keeps equal ticks, and moves the position with the rows', async () => {
    const time = nowMicros();
    await membership.commit(make.batches([make.tick('AAPL', '1.5', time), make.tick('AAPL', '1.5', time)]));
    await membership.commit(make.batches([make.tick('AAPL', '1.5', time), make.tick('TSLA', '2', time, 'NYSE')]));
    const [counted] = await ask<{ n: number }>(opened.url, 'SELECT count(*)::int AS n FROM stock_prices');
    assert.equal(counted?.n, 4);
    const positions = await ask(
      opened.url,
      'SELECT lane, exchange_name, log_id, position, seq::int, fingerprint, stored::int FROM ingest_positions ORDER BY 1',
    );
    const common = { log_id: 'log-1', position: 'p2', fingerprint: 'f2' };
    assert.deepEqual(positions, [
      { lane: 'NASDAQ/0', exchange_name: 'NASDAQ', ...common, seq: 3, stored: 3 },
      { lane: 'NYSE/0', exchange_name: 'NYSE', ...common, seq: 1, stored: 1 },
    ]);
    const seen = [...(await opened.store.positions())].map(([lane, at]) => `${lane} ${at?.position} ${at?.seq}`);
    assert.deepEqual(seen.sort(), ['NASDAQ/0 p2 3', 'NYSE/0 p2 1']);
  });

  inNewDatabase('keeps rejected messages byte for byte, and readable', async () => {
    const reject = (payload: Uint8Array): RejectedMessage => ({
      exchange: 'NASDAQ',
      payload,
      receivedAt: nowMicros(),
      reason: 'not_text',
      detail: 'a \u0000 in the detail',
    });
    const payloads = [
      Buffer.from([0, 1, 0xff, 0x41]),
      Buffer.from('plain Ünï\n'),
      Buffer.alloc(0),
      Buffer.alloc(9000, 'x'),
    ];
    await membership.commit(make.batches([], payloads.map(reject)));
    const rows = await ask<{ message: string; raw: Buffer; bytes: number; detail: string }>(
      opened.url,
      'SELECT message, raw, bytes, detail FROM rejected_messages ORDER BY id',
    );
    assert.deepEqual(
      rows.map((row) => row.message),
      ['\\x00\\x01\\xffA', 'plain Ünï\\x0a', '', 'x'.repeat(8192)],
    );
    assert.deepEqual(
      rows.map((row) => row.raw),
      payloads.map((payload) => Buffer.from(payload.subarray(0, 8192))),
    );
    assert.deepEqual(
      rows.map((row) => row.bytes),
      [4, 12, 0, 9000],
    );
    assert.equal(rows[0]?.detail, 'a \\x00 in the detail');
  });

  inNewDatabase('stores a poisoned batch but for the ticks that PostgreSQL refuses', async () => {
    await ask(opened.url, "ALTER TABLE day_prices ADD CONSTRAINT cheap CHECK (price < 1000 OR stock_name = 'GOLD')");
    const ticks = Array.from({ length: 3000 }, (_, i) => make.tick('AAPL', `${100 + (i % 50)}.5`));
    for (const i of [0, 1500, 2999]) ticks[i] = { ...(ticks[i] ?? make.tick('X', '1')), price: '5000' as never };
    ticks[77] = { ...(ticks[77] ?? make.tick('X', '1')), stock: 'N\u0000L' };
    ticks[78] = { ...(ticks[78] ?? make.tick('X', '1')), stock: 'L'.repeat(300) };
    const result = await membership.commit(make.batches(ticks));
    assert.deepEqual(result.lanes, new Map([['NASDAQ/0', count(2995, 5)]]));
    const rows = await ask<{ message: string; detail: string }>(
      opened.url,
      "SELECT message, detail FROM rejected_messages WHERE reason = 'refused_by_database' ORDER BY id",
    );
    assert.equal(rows.length, 5);
    const dear = rows.filter(({ message }) => /^AAPL:\(5000, \d+\.\d{6}\)$/.test(message));
    assert.deepEqual(
      dear.map(({ detail }) => /cheap/.test(detail)),
      [true, true, true],
    );
    assert.equal(rows.filter(({ message }) => /^N\\x00L:/.test(message)).length, 1);
    assert.match(rows.find(({ message }) => message.startsWith('LLL'))?.detail ?? '', /too long/);
    const [counts] = await ask(
      opened.url,
      'SELECT stored::int, rejected::int, (SELECT count(*)::int FROM stock_prices) AS rows FROM ingest_positions WHERE seq > 0',
    );
    assert.deepEqual(counts, { stored: 2995, rejected: 5, rows: 2995 });
    for (const day of await opened.store.daysWithData()) assert.deepEqual(await opened.store.verifyRollups(day), []);
  });

  inNewDatabase('leaves everything as it was when it fails for another reason than its content', async () => {
    await membership.commit(make.batches([make.tick('AAPL', '1')]));
    await ask(opened.url, 'ALTER TABLE price_rollups RENAME TO gone');
    const batches = make.batches([make.tick('AAPL', '2')]);
    await assert.rejects(membership.commit(batches), { code: 'STORE_UNAVAILABLE' });
    await ask(opened.url, 'ALTER TABLE gone RENAME TO price_rollups');
    const before = await ask(opened.url, 'SELECT count(*)::int AS n FROM stock_prices');
    assert.deepEqual(before, [{ n: 1 }]);
    assert.deepEqual((await membership.commit(batches)).lanes, new Map([['NASDAQ/0', count(1)]]));
    assert.deepEqual(await ask(opened.url, 'SELECT seq::int FROM ingest_positions WHERE seq > 0'), [{ seq: 2 }]);
  });
});
