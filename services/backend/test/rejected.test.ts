import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, nowMicros, type Rejected, type RejectionReason } from '@tickwatch/core';
import {
  createPostgresStore,
  type Membership,
  type PostgresStore,
  type RejectedMessage,
  type TickReader,
} from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const MINUTE = 60_000_000;

describe('GET /api/rejected', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let membership: Membership;
  let reader: TickReader;
  let api: TestBackend;
  let place = 0;
  const ask = async (query = ''): Promise<Rejected> =>
    (await (await api.get(`/api/rejected${query}`)).json()) as Rejected;
  const texts = ({ messages }: Rejected): string[] => messages.map(({ message }) => message);

  before(async () => {
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'test', rejectedPerMinute: 5 });
    membership = await store.join({ owner: 'test', staleAfterMs: 60_000 });
    for (const lane of ['NASDAQ/0', 'NYSE/0']) await membership.take(lane);
    reader = openReader(database.url);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await membership[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Messages of an exchange, in a commit of their own. */
  async function reject(exchange: string, reason: RejectionReason, messages: readonly string[], at: number) {
    const lane = `${exchange}/0`;
    const after = (await store.positions()).get(lane);
    const rejected = messages.map(
      (text): RejectedMessage => ({
        exchange,
        payload: Buffer.from(text),
        receivedAt: at as EpochMicros,
        reason,
        detail: `<b>${reason}</b>`,
      }),
    );
    const position = {
      lane,
      logId: 'log',
      position: `${++place}`,
      fingerprint: '',
      receivedAt: at as EpochMicros,
      seq: 0,
    };
    await membership.commit([{ position, after, ticks: [], rejected }]);
  }

  it('is empty where nothing was rejected', async () => {
    assert.deepEqual(await ask(), { counts: [], messages: [], next: null });
  });

  it('counts all, and lists the newest first, by exchange and by reason, page by page', async () => {
    const now = Math.floor(nowMicros() / MINUTE) * MINUTE;
    await reject('NASDAQ', 'bad_form', ['one', 'two\u0000', 'three'], now);
    await reject('NYSE', 'bad_price', ['A:-1'], now + 1);
    await reject(
      'NYSE',
      'bad_form',
      Array.from({ length: 100 }, (_, i) => `flood ${i}`),
      now + 2,
    );
    await reject('NASDAQ', 'bad_time', ['x'.repeat(5000)], now + 3);
    const all = await ask();
    assert.deepEqual(
      all.counts.map(({ exchange_name, reason, count }) => [exchange_name, reason, count]),
      [
        ['NYSE', 'bad_form', 100],
        ['NASDAQ', 'bad_form', 3],
        ['NASDAQ', 'bad_time', 1],
        ['NYSE', 'bad_price', 1],
      ],
    );
    assert.deepEqual(
      texts(all).map((text) => text.slice(0, 7)),
      ['xxxxxxx', 'flood 3', 'flood 2', 'flood 1', 'flood 0', 'A:-1', 'three', 'two\\x00', 'one'],
    );
    assert.equal(all.messages[0]?.bytes, 5000);
    assert.equal(all.messages[0]?.message.length, 1000);
    assert.equal(all.messages[0]?.detail, '<b>bad_time</b>');
    assert.deepEqual(texts(await ask('?exchange=NASDAQ&limit=3')).slice(1), ['three', 'two\\x00']);
    assert.deepEqual(texts(await ask('?exchange=NYSE&reason=bad_price')), ['A:-1']);
    assert.equal((await ask('?reason=bad_form')).counts.length, 2);
    assert.equal((await ask('?limit=0')).messages.length, 0);
    const seen: string[] = [];
    for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null; ) {
      const page: Rejected = await ask(`?limit=2&before=${next}`);
      seen.push(...texts(page));
      next = page.next;
    }
    assert.deepEqual(seen, texts(all));
  });

  it('refuses a reason that there is none, and too long a list', async () => {
    for (const query of ['?reason=bad', '?limit=1001', '?limit=x', '?before=0']) {
      const reply = await api.get(`/api/rejected${query}`);
      assert.equal(reply.status, 422, query);
    }
  });
});
