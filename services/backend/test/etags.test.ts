import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, formatMicros, parseTime } from '@tickwatch/core';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { commit } from './market.ts';
import { Random } from './random.ts';

const START = parseTime('2026-09-08T10:00:00Z') as number;
const HOUR = 3_600_000_000;
const ROUNDS = 40;
/** What is asked again and again; each range is closed. */
const ASKED = [
  '/api/prices/TAG?',
  '/api/prices/TAG?order=desc&decimals=string',
  '/api/prices/TAG?format=csv',
  '/api/prices/TAG?format=ndjson&exchange=NYSE',
  '/api/prices/TAG?points=4',
  '/api/prices/TAG?points=40&exchange=NASDAQ',
  '/api/average/TAG?',
  '/api/average/TAG?exchange=NYSE&decimals=string',
  '/api/candles/TAG?interval=1m',
  '/api/candles/TAG?interval=15m&fill=null',
  '/api/candles/TAG?interval=15m&fill=previous',
  '/api/candles/TAG?interval=1h&fill=previous&exchange=NYSE&timezone=Asia/Kolkata',
  '/api/candles/TAG?interval=1d&fill=previous&align=session',
]
  .map(
    (path) =>
      `${path}&start_time=${formatMicros(START as EpochMicros)}&end_time=${formatMicros((START + HOUR) as EpochMicros)}`,
  )
  .concat(
    [
      '/api/asof/TAG?',
      '/api/asof?',
      '/api/asof?limit=1&',
      '/api/board?',
      '/api/board?sort=change&sparkline=minutes&',
    ].map((path) => `${path}time=${formatMicros((START + HOUR) as EpochMicros)}`),
  );

interface Seen {
  readonly tag: string | null;
  readonly body: string;
}

describe('an ETag tells the truth: 304 is given for the same answer and for no other', () => {
  let contract: ContractApi;
  const random = new Random(7);
  let seq = 10;

  before(async () => {
    contract = await startContractApi();
    await insert(20, START - HOUR, START + 2 * HOUR);
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  async function insert(count: number, from: number, until: number): Promise<void> {
    const ticks = Array.from({ length: count }, () =>
      tick(
        'TAG',
        random.pick(['NASDAQ', 'NYSE']),
        random.pick(['1', '2', '2.0', '3.5']),
        random.integer(from, until),
        ++seq,
      ),
    );
    await commit(contract.database.client, ticks);
  }

  const sql = async (text: string): Promise<void> => void (await contract.database.client.query(text));
  const IN_RANGE = `stock_name = 'TAG' AND timestamp BETWEEN to_timestamp(${START / 1e6}) AND to_timestamp(${(START + HOUR) / 1e6})`;
  const TWO = `SELECT ctid, tableoid, price, row_number() OVER (ORDER BY timestamp, seq) AS n FROM late_prices
    WHERE ${IN_RANGE} ORDER BY timestamp, seq LIMIT 2 OFFSET 1`;
  /** What can happen to stored ticks: from late ones to what somebody does by hand. */
  const changes: readonly (readonly [what: string, change: () => Promise<void>])[] = [
    ['a late tick in the range', () => insert(1, START, START + HOUR)],
    ['a late tick before the range', () => insert(1, START - HOUR, START - 1)],
    ['a tick after the range', () => insert(1, START + HOUR + 1, START + 2 * HOUR)],
    [
      'two prices change places, and every sum stays',
      () =>
        sql(`WITH two AS MATERIALIZED (${TWO}), swapped AS (SELECT a.ctid, a.tableoid, b.price FROM two a JOIN two b ON a.n <> b.n)
          UPDATE late_prices SET price = swapped.price FROM swapped
           WHERE late_prices.ctid = swapped.ctid AND late_prices.tableoid = swapped.tableoid`),
    ],
    [
      'two ticks of one time change their order of arrival',
      () => sql(`UPDATE late_prices SET seq = seq + CASE WHEN seq % 2 = 0 THEN 1001 ELSE 999 END WHERE ${IN_RANGE}`),
    ],
    [
      'a price gets a zero more',
      () =>
        sql(
          `UPDATE late_prices SET price = price::text::numeric(20, 3) WHERE ctid IN (SELECT ctid FROM late_prices WHERE ${IN_RANGE} LIMIT 1)`,
        ),
    ],
    [
      'a tick is removed and one put in its place',
      async () => {
        await sql(`DELETE FROM late_prices WHERE ctid IN (SELECT ctid FROM late_prices WHERE ${IN_RANGE} LIMIT 1)`);
        await insert(1, START, START + HOUR);
      },
    ],
    ['ticks of one time', () => insert(2, START + HOUR / 2, START + HOUR / 2)],
    ['nothing', async () => {}],
  ];

  async function ask(path: string, tag?: string): Promise<Response> {
    return await contract.api.get(path, tag === undefined ? {} : { headers: { 'if-none-match': tag } });
  }

  async function look(path: string): Promise<Seen> {
    const answer = await ask(path);
    assert.equal(answer.headers.get('cache-control'), 'no-cache', path);
    return { tag: answer.headers.get('etag'), body: await answer.text() };
  }

  it('whatever happens to the ticks in, before and behind the range', async () => {
    let before = new Map<string, Seen>();
    for (const path of ASKED) before.set(path, await look(path));
    let [same, changed] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const [what, change] = round < changes.length ? (changes[round] ?? random.pick(changes)) : random.pick(changes);
      await change();
      const now = new Map<string, Seen>();
      for (const path of ASKED) {
        const [old, seen] = [before.get(path), await look(path)];
        const again = await ask(path, old?.tag ?? '');
        await again.arrayBuffer();
        const isSame = old?.body === seen.body;
        assert.equal(again.status, isSame ? 304 : 200, `${what}: ${path}`);
        assert.equal(old?.tag === seen.tag, isSame, `${what}: ${path}`);
        if (isSame) same++;
        else changed++;
        now.set(path, seen);
      }
      before = now;
    }
    assert.ok(same > 50 && changed > 50, `${same} answers were the same, ${changed} were not`);
  });

  it('a candle that carries the price before the range changes with it', async () => {
    const path =
      '/api/candles/CARRY?interval=15m&fill=previous&start_time=2026-09-08T10:00:00Z&end_time=2026-09-08T11:00:00Z';
    await commit(contract.database.client, [
      tick('CARRY', 'NYSE', '1', '2026-09-08T08:00:00Z', ++seq),
      tick('CARRY', 'NYSE', '5', '2026-09-08T10:50:00Z', ++seq),
    ]);
    const { tag } = await look(path);
    await commit(contract.database.client, [tick('CARRY', 'NYSE', '2', '2026-09-08T09:00:00Z', ++seq)]);
    const answer = await ask(path, tag ?? '');
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /"open":2/);
  });

  it('a long answer, which is streamed, has no tag and is not kept', async () => {
    const many = Array.from({ length: 600 }, (_, i) => tick('LONG', 'NYSE', '1', START + i, ++seq));
    await commit(contract.database.client, many);
    const answer = await ask('/api/prices/LONG?end_time=2026-09-10');
    await answer.arrayBuffer();
    assert.deepEqual([answer.headers.get('etag'), answer.headers.get('cache-control')], [null, 'no-store']);
  });
});
