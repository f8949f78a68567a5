import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DecimalText, nowMicros, parseAfter, parsePosition, type SequencedTick } from '@tickwatch/core';
import { createHttpTailSource } from '@tickwatch/store';
import pg from 'pg';
import { commit, Tail } from './market.ts';
import { listenBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('history is never behind live', () => {
  let database: TestDatabase;

  before(async () => {
    database = await startTestDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  it('while rows are being committed, no answer has a hole, a repeat, or lacks what was there when it was asked', async () => {
    const feed = new Feed('LIVE');
    await using reader = openReader(database.url, [feed.memory]);
    await using api = await listenBackend(reader);
    const stop = new AbortController();
    const writing = feed.run(database.url, stop.signal);
    while (feed.last === 0) await sleep(1);
    try {
      for (let i = 0; i < 300; i++) {
        const before = feed.last;
        const answer = await api.get(i % 3 === 0 ? '/api/average/LIVE?exchange=NYSE' : '/api/prices/LIVE');
        assert.equal(answer.status, 200, `${answer.url}: ${answer.ok ? '' : await answer.text()}`);
        const position = parsePosition(answer.headers.get('x-position') ?? '').get('NYSE/0') ?? 0;
        assert.equal(answer.headers.get('x-tail'), null);
        assert.ok(position >= before, `reaches to ${position}, but ${before} was there already`);
        if (i % 3 === 0) {
          const { count, average_price, last } = (await answer.json()) as Record<string, number>;
          assert.deepEqual([count, average_price, last], [position, (position + 1) / 2, position]);
        } else {
          const seqs = ((await answer.json()) as { price: number }[]).map(({ price }) => price);
          assert.deepEqual(
            seqs,
            Array.from({ length: position }, (_, n) => n + 1),
          );
        }
      }
    } finally {
      stop.abort();
      await writing;
    }
    assert.ok(feed.commits > 3, 'rows were committed in between');
  });

  it('a tail that hangs costs its time-out once and then nothing', async () => {
    const tail = new Tail();
    await using reader = openReader(database.url, [tail], { tailTimeoutMs: 1500, tailRestMs: 600_000 });
    tail.fault = () => new Promise(() => {});
    await reader.summary({ stock: 'LIVE' });
    const asked = tail.asked;
    const started = performance.now();
    for (let i = 0; i < 10; i++) {
      assert.equal((await reader.summary({ stock: 'LIVE' })).reach.tailComplete, false);
    }
    assert.equal(tail.asked, asked, 'nobody asks it any more');
    assert.ok(performance.now() - started < 10 * 1500, 'nobody waits for it');
  });

  it('a tail that failed is used again once it answers, and no question waits for finding out', async () => {
    const tail = new Tail();
    await using reader = openReader(database.url, [tail], { tailTimeoutMs: 2000, tailRestMs: 50 });
    tail.fault = () => Promise.reject(new Error('away'));
    assert.equal((await reader.summary({ stock: 'LIVE' })).reach.tailComplete, false);
    tail.fault = undefined;
    const deadline = performance.now() + 60_000;
    while (!(await reader.asOf({ stock: 'X', time: nowMicros() })).reach.tailComplete) {
      assert.ok(performance.now() < deadline, 'the tail is not used again');
      await sleep(20);
    }
  });

  it('a tail with a gap is not used, and the answer says how far it reaches', async () => {
    await commit(database.client, [tick('GAP', 1)]);
    const tail = new Tail();
    tail.received.push(tick('GAP', 9));
    tail.from.set('NYSE/0', 100_000);
    await using reader = openReader(database.url, [tail]);
    const { reach, value } = await reader.summary({ stock: 'GAP' });
    assert.equal(reach.tailComplete, false);
    assert.equal(value.row?.count, 1);
    assert.ok((reach.position.get('NYSE/0') ?? 0) < 100_000);
  });

  it('subscribers are asked by HTTP, each for its lanes, and one that is away does not spoil the other', async () => {
    const asked: string[] = [];
    const lane = 'NYSE/0';
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      asked.push(url.searchParams.get('stock_name') ?? '');
      const seq = (parseAfter(url.searchParams.get('after') ?? '')?.get('NYSE/0') ?? 0) + 1;
      const ticks = [
        {
          stock_name: 'HTTP',
          exchange_name: 'NYSE',
          lane,
          price: '1.10',
          timestamp: '2026-09-10T08:00:00.000000Z',
          seq,
        },
      ];
      response.end(JSON.stringify({ ticks, lanes: { [lane]: { from: seq - 1, to: seq } }, configured: [lane] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sources = [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1'].map((url) => createHttpTailSource(url, 2000));
    await using reader = openReader(database.url, sources);
    const { value, reach } = await reader.asOf({ stock: 'HTTP', time: nowMicros() });
    server.close();
    assert.equal(value?.price, '1.10');
    assert.deepEqual(asked, ['HTTP']);
    assert.equal(reach.tailComplete, false, 'the other may have lanes of its own');
  });

  it('without the tail, prices still come and say so', async () => {
    await using reader = openReader(database.url);
    await using api = await listenBackend(reader);
    const answer = await api.get('/api/prices/GAP');
    assert.equal(answer.headers.get('x-tail'), 'unavailable');
    assert.equal(((await answer.json()) as unknown[]).length, 1);
  });
});

function tick(stock: string, seq: number): SequencedTick {
  return { stock, exchange: 'NYSE', price: String(seq) as DecimalText, time: nowMicros(), seq };
}

/** Plays the subscriber: a tick every few ms, price = seq, flushed now and then, remembered one flush longer. */
class Feed {
  readonly memory = new Tail();
  readonly #stock: string;
  last = 0;
  commits = 0;

  constructor(stock: string) {
    this.#stock = stock;
  }

  async run(databaseUrl: string, signal: AbortSignal): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    let committed = 0;
    let flushing = Promise.resolve();
    while (!signal.aborted) {
      const next = tick(this.#stock, this.last + 1);
      this.memory.received.push(next);
      this.last = next.seq;
      if (this.last % 40 === 0) {
        await flushing;
        flushing = this.#flush(client, committed);
        committed = this.last;
      }
      await sleep(3);
    }
    await flushing;
    await client.end();
  }

  async #flush(client: pg.Client, from: number): Promise<void> {
    await commit(
      client,
      this.memory.received.filter((received) => received.seq > from),
    );
    this.commits++;
    // What was committed in the flush before this one is forgotten now.
    this.memory.received.splice(
      0,
      this.memory.received.findIndex((received) => received.seq > from),
    );
    this.memory.from.set('NYSE/0', from);
  }
}
