import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import type { IngestBatch, RejectedMessage } from '../src/index.ts';
import { openCutStore } from './fixtures/cut-store.ts';
import { ask, BatchMaker, startTestServer, type TestServer } from './store-test-kit.ts';

function garbage(text: string): RejectedMessage {
  const payload = Buffer.from(text);
  return { exchange: 'NASDAQ', payload, receivedAt: nowMicros(), reason: 'bad_form', detail: 'no tick' };
}

describe('a connection that is cut at COMMIT', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const outcomes = [
    { cut: 'before-commit', committed: false, longer: false },
    { cut: 'before-commit', committed: false, longer: true },
    { cut: 'hang', committed: false, longer: false },
    { cut: 'after-commit', committed: true, longer: false },
    { cut: 'after-commit', committed: true, longer: true },
  ] as const;

  for (const { cut, committed, longer } of outcomes) {
    it(`stores once: ${cut}, then ${longer ? 'the batch with more behind it' : 'the same batch'}`, async () => {
      await using opened = await openCutStore(server, 1000);
      const { lease, proxy, events } = opened;
      await ask(opened.url, 'ALTER TABLE stock_prices ADD CHECK (price < 1000)');
      const make = new BatchMaker();
      const ticks = [make.tick('AAPL', '1'), make.tick('AAPL', '5000'), make.tick('AAPL', '2')];
      const first = make.batch(ticks, [garbage('one')]);
      proxy.cut = cut;
      await assert.rejects(lease.commit(first), { code: 'STORE_UNAVAILABLE' });
      let again: IngestBatch = first;
      if (longer) again = make.batch([...ticks, make.tick('AAPL', '3')], [...first.rejected, garbage('two')]);
      const result = await lease.commit(again);
      assert.deepEqual(result.stored, new Map([['NASDAQ', longer ? 3 : 2]]));
      assert.deepEqual(result.refusedByDatabase, new Map([['NASDAQ', 1]]));
      assert.ok(events.some((event) => event.type === 'commit_outcome_found' && event.committed === committed));

      await lease.commit(make.batch([make.tick('AAPL', '4')], [garbage('three')]));
      const prices = await ask<{ price: string }>(opened.url, 'SELECT price FROM stock_prices ORDER BY price');
      assert.deepEqual(
        prices.map((row) => row.price),
        longer ? ['1', '2', '3', '4'] : ['1', '2', '4'],
      );
      const rejected = await ask<{ message: string }>(opened.url, 'SELECT message FROM rejected_messages ORDER BY id');
      assert.deepEqual(rejected.map((row) => row.message.replace(/,.*/, '')).sort(), [
        'AAPL:(5000',
        'one',
        'three',
        ...(longer ? ['two'] : []),
      ]);
      const [totals] = await ask(opened.url, 'SELECT stored::int, rejected::int FROM ingest_positions');
      assert.deepEqual(totals, { stored: prices.length, rejected: rejected.length });
    });
  }
});
