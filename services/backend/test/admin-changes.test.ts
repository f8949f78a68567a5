import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  ClearedRejected,
  EpochMicros,
  LaneRow,
  Problem,
  Rejected,
  RejectionReason,
  RetiredLanes,
} from '@tickwatch/core';
import { createPostgresStore, type Membership, type PostgresStore, type TickReader } from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const TOKEN = 'the-token-of-this-test';
const NOON = Date.parse('2026-09-10T12:00:00Z') * 1000;
const HOUR = 3_600_000_000;

describe('an administrator', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let membership: Membership;
  let reader: TickReader;
  let api: TestBackend;
  let place = 0;

  before(async () => {
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'test', rejectedPerMinute: 5 });
    membership = await store.join({ owner: 'secret-host:1', staleAfterMs: 60_000 });
    for (const lane of ['NASDAQ/0', 'NYSE/0', 'NYSE/1']) await membership.take(lane);
    reader = openReader(database.url);
    api = await listenBackend(reader, { operator: store }, { adminToken: TOKEN });
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await membership[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const remove = (path: string): Promise<Response> =>
    api.get(path, { method: 'DELETE', headers: { authorization: `Bearer ${TOKEN}` } });
  const clear = async (query = ''): Promise<ClearedRejected> => {
    const answer = await remove(`/api/rejected${query}`);
    assert.equal(answer.status, 200, query);
    return (await answer.json()) as ClearedRejected;
  };
  const rejected = async (): Promise<Rejected> => (await (await api.get('/api/rejected')).json()) as Rejected;
  const texts = async (): Promise<string[]> => (await rejected()).messages.map(({ message }) => message);

  async function reject(exchange: string, reason: RejectionReason, messages: readonly string[], at = NOON) {
    const receivedAt = at as EpochMicros;
    const lane = `${exchange}/0`;
    const after = (await store.positions()).get(lane);
    const position = { lane, logId: 'log', position: `${++place}`, fingerprint: '', receivedAt, seq: 0 };
    const of = (text: string) => ({ exchange, payload: Buffer.from(text), receivedAt, reason, detail: 'd' });
    await membership.commit([{ position, after, ticks: [], rejected: messages.map(of) }]);
  }

  it('clears what was rejected, by exchange, reason or time, and hears how much it was', async () => {
    await reject('NASDAQ', 'bad_form', ['one', 'two']);
    await reject('NASDAQ', 'bad_price', ['A:-1']);
    await reject('NYSE', 'bad_form', ['x', 'y', 'z', ...Array.from({ length: 60 }, () => 'flood')], NOON + HOUR);
    assert.deepEqual(await clear('?exchange=NASDAQ&reason=bad_form'), { messages: 2, counted: 2, complete: true });
    assert.ok(!(await texts()).some((text) => text === 'one' || text === 'two'));
    // Of a time: inclusive at both ends, and the counts stay.
    assert.equal((await clear('?end_time=2026-09-10T11:59:59.999999Z')).messages, 0);
    assert.deepEqual(await clear('?start_time=2026-09-10T12:00:00Z&end_time=2026-09-10T12:00:00Z'), {
      messages: 1,
      counted: 0,
      complete: true,
    });
    const left = await rejected();
    assert.deepEqual(
      left.counts.map(({ exchange_name, reason, count }) => [exchange_name, reason, count]),
      [
        ['NYSE', 'bad_form', 63],
        ['NASDAQ', 'bad_price', 1],
      ],
    );
    const kept = left.messages.length;
    assert.deepEqual(await clear(), { messages: kept, counted: 64, complete: true });
    assert.deepEqual(await rejected(), { counts: [], messages: [], next: null });
    assert.deepEqual(await clear(), { messages: 0, counted: 0, complete: true }, 'again is no fault');
    // Counting begins anew, and the ledger's own count stays.
    await reject('NASDAQ', 'bad_form', ['after']);
    assert.equal((await rejected()).counts[0]?.count, 1);
    assert.equal((await store.lanes()).find(({ lane }) => lane === 'NASDAQ/0')?.rejected, 4);
    await clear();
  });

  it('clears nothing where a bound is misspelt or unreadable', async () => {
    await reject('NYSE', 'bad_form', ['stays']);
    for (const query of ['?exchang=NYSE', '?end_time=soon', '?reason=bad', '?limit=3', '?exchange=', '?before=7']) {
      assert.equal((await remove(`/api/rejected${query}`)).status, 422, query);
    }
    assert.deepEqual(await texts(), ['stays']);
    await clear();
  });

  it('clears very many in parts, says when there are more, and loses no count of what comes meanwhile', async () => {
    await database.client.query(
      `INSERT INTO rejected_payloads (received_at, exchange_name, reason, detail, raw, bytes)
       SELECT now(), 'NYSE', 'bad_symbol', 'd', 'x', 1 FROM generate_series(1, 120000)`,
    );
    const first = await store.clearRejected({}, 0);
    assert.deepEqual(first, { messages: 50_000, counted: 0, complete: false });
    let coming = true;
    let sent = 0;
    const flood = (async () => {
      while (coming) {
        await reject('NASDAQ', 'bad_form', [`meanwhile ${sent}`], NOON + sent * HOUR);
        sent++;
      }
    })();
    let cleared = 0;
    for (let i = 0; i < 5; i++) cleared += (await clear()).counted;
    coming = false;
    await flood;
    const { counts, messages } = await rejected();
    const counted = counts.reduce((sum, { count }) => sum + count, 0);
    assert.equal(cleared + counted, sent);
    assert.equal(counted, messages.length, 'no message without its count');
    await clear();
  });

  it('retires a lane or an exchange that nobody leads, and is told what is in the way of others', async () => {
    const lanes = (await (await api.get('/api/lanes')).json()) as LaneRow[];
    assert.deepEqual(
      lanes.map(({ lane, state }) => [lane, state]),
      [
        ['NASDAQ/0', 'led'],
        ['NYSE/0', 'led'],
        ['NYSE/1', 'led'],
      ],
    );
    assert.ok(!JSON.stringify(lanes).includes('secret-host'), 'visitors learn no host names');
    for (const [name, found] of [
      ['NYSE', 'NYSE/0,NYSE/1'],
      ['NYSE%2F1', 'NYSE/1'],
    ]) {
      const rows = (await (await api.get(`/api/lanes/${name}`)).json()) as LaneRow[];
      assert.equal(rows.map(({ lane }) => lane).join(), found);
    }
    assert.equal((await api.get('/api/lanes/LSE')).status, 404);
    const led = await remove('/api/lanes/NYSE');
    assert.equal(led.status, 409);
    assert.match(((await led.json()) as Problem).detail ?? '', /leads NYSE\/0: stop it, or start it with EXCHANGES/);
    const unknown = await remove('/api/lanes/LSE');
    assert.equal(unknown.status, 404);
    assert.match(((await unknown.json()) as Problem).detail ?? '', /no lane and no exchange "LSE"; there is NASDAQ\/0/);
    await membership.release('NYSE/1');
    const answer = await remove('/api/lanes/NYSE%2F1');
    assert.equal(answer.status, 200);
    const { retired } = (await answer.json()) as RetiredLanes;
    assert.deepEqual(
      retired.map(({ lane, exchange_name, stored }) => [lane, exchange_name, stored]),
      [['NYSE/1', 'NYSE', 0]],
    );
    assert.equal((await remove('/api/lanes/NYSE%2F1')).status, 404, 'it is gone');
  });

  it('needs no more of the database than what the role that stores ticks may', async () => {
    await database.client.query(`CREATE ROLE tickwatch_writer LOGIN PASSWORD 'w'; SELECT grant_to_roles()`);
    await reject('NASDAQ', 'bad_form', ['of the writer']);
    await membership.release('NYSE/0');
    const url = database.url.replace(/^(\w+:\/\/)[^@/]*@/, '$1tickwatch_writer:w@');
    await using writer = createPostgresStore({ connectionString: url, applicationName: 'writer' });
    assert.equal((await writer.clearRejected({ exchange: 'NASDAQ' })).counted, 1);
    assert.equal((await writer.retire('NYSE'))[0]?.lane, 'NYSE/0');
  });

  it('is told what to set where the backend may only read its database', async () => {
    await database.client.query(`CREATE ROLE tickwatch_reader LOGIN PASSWORD 'r'; SELECT grant_to_roles()`);
    const url = database.url.replace(/^(\w+:\/\/)[^@/]*@/, '$1tickwatch_reader:r@');
    await using readOnly = createPostgresStore({ connectionString: url, applicationName: 'reader' });
    await using poor = await listenBackend(reader, { operator: readOnly }, { adminToken: TOKEN });
    assert.equal((await poor.get('/api/lanes')).status, 200, 'visitors read');
    await membership.release('NASDAQ/0');
    for (const path of ['/api/rejected', '/api/lanes/NASDAQ']) {
      const answer = await poor.get(path, { method: 'DELETE', headers: { authorization: `Bearer ${TOKEN}` } });
      const { detail } = (await answer.json()) as Problem;
      assert.equal(answer.status, 503, detail);
      assert.match(detail ?? '', /can only read: set ADMIN_DATABASE_URL to its database/);
    }
  });
});
