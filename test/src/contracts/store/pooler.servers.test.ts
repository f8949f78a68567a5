import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import { createPostgresStore, type LaneBatch, PooledSessionError, type PostgresStore } from '@tickwatch/store';
import pg from 'pg';
import {
  type PgbouncerServer,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
  until,
} from '../../servers/index.ts';

const LANE = 'NASDAQ/0';
const REQUEST = { owner: 'host:1', staleAfterMs: 60_000 };
const SENTENCE =
  /a connection pooler in transaction mode \(PgBouncer, …\) stands between.*session mode, or connect directly/;

function batch(position: string, after: string | undefined): LaneBatch {
  const tick = { stock: 'AAPL', exchange: 'NASDAQ', price: '1' as DecimalText, time: 1e15 as EpochMicros, seq: 1 };
  return {
    position: { lane: LANE, logId: 'log', position, fingerprint: '', receivedAt: 1e15 as EpochMicros, seq: 1 },
    after: after === undefined ? undefined : { logId: 'log', position: after },
    ticks: [tick],
    rejected: [],
  };
}

describe('a pooler before PostgreSQL', { timeout: 120_000 }, () => {
  let server: PostgresServer;
  let direct: pg.Client;
  let url: string;
  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    await using store = storeAt(url);
    await store.migrate();
    direct = new pg.Client({ connectionString: url });
    await direct.connect();
  });
  after(async () => {
    await direct.end();
    await server[Symbol.asyncDispose]();
  });

  const storeAt = (connectionString: string): PostgresStore =>
    createPostgresStore({ connectionString, applicationName: 'pooled', statementTimeoutMs: 2000 });

  const locks = async (): Promise<number> =>
    (await direct.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'")).rows[0]
      ?.n ?? -1;

  /** Others that keep the pooler's backends changing hands. */
  async function traffic(pooler: PgbouncerServer, clients: number): Promise<AsyncDisposable> {
    let isOver = false;
    const running = Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: pooler.url });
      await client.connect();
      while (!isOver) await client.query('SELECT pg_sleep(random() / 200)');
      await client.end();
    });
    return {
      async [Symbol.asyncDispose]() {
        isOver = true;
        await Promise.all(running);
      },
    };
  }

  for (const [roundRobin, busy] of [
    ['0', 0],
    ['1', 0],
    ['0', 5],
    ['1', 5],
  ] as const) {
    it(`in transaction mode is refused and nothing stays locked (round robin ${roundRobin}, ${busy} others)`, async () => {
      const settings = { server_round_robin: roundRobin };
      await using pooler = await startPgbouncer({ url, poolMode: 'transaction', settings });
      await using _others = await traffic(pooler, busy);
      await using store = storeAt(pooler.url);
      for (let i = 0; i < 5; i++) {
        await assert.rejects(store.join(REQUEST), (error) => {
          assert.ok(error instanceof PooledSessionError);
          assert.match(error.message, SENTENCE);
          return true;
        });
      }
      assert.equal(await locks(), 0);
    });
  }

  it('in session mode is none of our business', async () => {
    await using pooler = await startPgbouncer({ url, poolMode: 'session' });
    await using store = storeAt(pooler.url);
    await using membership = await store.join(REQUEST);
    await using other = await store.join({ ...REQUEST, owner: 'host:2' });
    assert.ok(await membership.take(LANE));
    assert.equal(await other.take(LANE), undefined);
    await membership.commit([batch('1', undefined)]);
    assert.deepEqual([...(await other.survey([LANE])).members.keys()], ['host:1', 'host:2']);
    // The limits hold that the pooler was told to overlook.
    await direct.query('BEGIN; LOCK TABLE price_rollups');
    await assert.rejects(membership.commit([batch('2', '1')]), /in time.*SQLSTATE (55P03|57014)/);
    await direct.query('COMMIT');
    await membership.commit([batch('2', '1')]);
    await membership[Symbol.asyncDispose]();
    await until(async () => (await other.take(LANE))?.position?.position === '2');
    await other[Symbol.asyncDispose]();
    await until(async () => (await locks()) === 0);
  });

  it('that changes to transaction mode under a leader is noticed at its next survey', async () => {
    await using pooler = await startPgbouncer({ url, poolMode: 'session' });
    await using store = storeAt(pooler.url);
    await using membership = await store.join(REQUEST);
    await membership.take(LANE);
    const lost = once(membership.lost, 'abort');
    await pooler.command("SET pool_mode = 'transaction'");
    await membership.survey([LANE]);
    const other = new pg.Client({ connectionString: pooler.url });
    // It was lent the backend that holds our locks, which is ended.
    other.on('error', () => {});
    await other.connect();
    await other.query('BEGIN');
    await assert.rejects(membership.survey([LANE]), SENTENCE);
    await lost;
    assert.equal(membership.held.size, 0);
    await until(async () => (await locks()) === 0);
    await other.end();
  });

  it('that refuses our settings says which of its own would be right', async () => {
    const settings = { ignore_startup_parameters: '' };
    await using pooler = await startPgbouncer({ url, poolMode: 'session', settings });
    await using store = storeAt(pooler.url);
    await assert.rejects(store.join(REQUEST), /ignore_startup_parameters = statement_timeout, lock_timeout/);
  });
});
