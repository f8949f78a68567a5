import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { LaneLedgerEntry, LaneState, LedgerEntry } from '@tickwatch/core';
import { Ledger } from '@tickwatch/core/http';
import { Value } from 'typebox/value';
import { mergeLedgers } from '../src/ledger-merge.ts';
import { createHttpLedgerSource } from '../src/ledger-source.ts';

function lane(state: LaneState, counts: Partial<LedgerEntry>): LaneLedgerEntry {
  const known = { stored: 0, rejected: 0, refused: 0, lost: 0, waiting: 0, ...counts };
  return { ...known, received: Object.values(known).reduce((sum, count) => sum + count), state };
}

function ledger(lanes: Record<string, LaneLedgerEntry>, changes: Partial<Ledger> = {}): Ledger {
  const none = { received: 0, stored: 0, rejected: 0, refused: 0, lost: 0, waiting: 0 };
  const since = '2026-09-10T12:00:00.000000Z';
  return {
    since,
    time: since,
    exchanges: {},
    lanes,
    total: none,
    oldest_waiting_seconds: 0,
    leadership: 'leader',
    feed: { kind: 'pubsub', durability: 'spool', state: 'connected', since, lanes: {} },
    log: { messages: 1, bytes: 10, max_bytes: 100, problem: null },
    live: { state: 'up', since, accepted: 5, sent: 5, conflated: 0, waiting: 0 },
    clock: { steps: 0, last_step_seconds: null, last_step_at: null },
    handed_over: 0,
    ...changes,
  };
}

const leader = ledger({
  'NASDAQ/0': lane('leading', { stored: 70, rejected: 3, waiting: 7 }),
  'NASDAQ/1': lane('following', { stored: 11, refused: 2, waiting: 5 }),
  'NYSE/0': lane('unknown', { waiting: 4 }),
});
const follower = ledger(
  {
    'NASDAQ/0': lane('following', { stored: 30, lost: 1, waiting: 7 }),
    'NASDAQ/1': lane('leading', { stored: 100, waiting: 6 }),
    'NYSE/0': lane('doubtful', { stored: 8, waiting: 5 }),
    'NYSE/1': lane('draining', { stored: 9 }),
  },
  {
    leadership: 'follower',
    since: '2026-09-10T11:00:00.000000Z',
    oldest_waiting_seconds: 3,
    handed_over: 4,
    log: { messages: 2, bytes: 20, max_bytes: null, problem: 'the disk is full' },
    feed: {
      kind: 'pubsub',
      durability: 'spool',
      state: 'disconnected',
      since: '2026-09-10T11:00:00.000000Z',
      error: 'away',
      lanes: { 'NYSE/1': { state: 'failed', since: '2026-09-10T11:00:00.000000Z', error: 'WRONGTYPE' } },
    },
    clock: { steps: 2, last_step_seconds: -3600, last_step_at: '2026-09-10T11:30:00.000000Z' },
  },
);

describe('the ledgers of several subscribers', () => {
  const merged = mergeLedgers([leader, follower]);

  it('count what each of them did with a lane, and what waits only where the lane is led', () => {
    assert.deepEqual(merged.lanes['NASDAQ/0'], lane('leading', { stored: 100, rejected: 3, lost: 1, waiting: 7 }));
    assert.deepEqual(merged.lanes['NASDAQ/1'], lane('leading', { stored: 111, refused: 2, waiting: 6 }));
    assert.deepEqual(merged.lanes['NYSE/0'], lane('doubtful', { stored: 8, waiting: 5 }));
    assert.deepEqual(merged.lanes['NYSE/1'], lane('draining', { stored: 9 }));
  });

  it('balance in every lane, exchange and in all', () => {
    const { NASDAQ, NYSE } = merged.exchanges;
    assert.ok(NASDAQ !== undefined && NYSE !== undefined);
    for (const entry of [...Object.values(merged.lanes), NASDAQ, NYSE, merged.total]) {
      const { received, stored, rejected, refused, lost, waiting } = entry;
      assert.equal(received, stored + rejected + refused + lost + waiting);
    }
    assert.deepEqual([NASDAQ.stored, NYSE.stored, merged.total.stored, merged.total.waiting], [211, 17, 228, 18]);
  });

  it('tell the worst state of each part and are what one subscriber’s ledger is', () => {
    assert.ok(Value.Check(Ledger, merged), JSON.stringify([...Value.Errors(Ledger, merged)]));
    assert.deepEqual(merged, mergeLedgers([follower, leader]));
    const { feed, log, clock, leadership, since } = merged;
    assert.deepEqual([feed.state, feed.error, Object.keys(feed.lanes)], ['disconnected', 'away', ['NYSE/1']]);
    assert.deepEqual(log, { messages: 3, bytes: 30, max_bytes: null, problem: 'the disk is full' });
    assert.deepEqual([clock.steps, leadership, since], [2, 'leader', '2026-09-10T11:00:00.000000Z']);
    assert.equal(merged.live.sent, 10);
  });

  it('come although one of them is away, which is told; and are an error when all are', async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify(leader)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const away = 'http://127.0.0.1:1';
    const { subscribers, total } = JSON.parse(await createHttpLedgerSource([away, url], 2000).ledger()) as Ledger;
    assert.deepEqual([subscribers, total.stored], [{ asked: 2, answered: 1 }, 81]);
    assert.deepEqual(JSON.parse(await createHttpLedgerSource([url], 2000).ledger()), leader);
    server.close();
    await assert.rejects(createHttpLedgerSource([away], 2000).ledger());
  });
});
