import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RejectionReason } from '@tickwatch/core';
import pg from 'pg';
import { createPostgresStore } from '../src/index.ts';
import { messagesStatement, type RejectedQuestion } from '../src/reader/queries/rejected.ts';
import { startTestServer, type TestServer } from './store-test-kit.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** So many rows of tables a statement looked at. */
function rowsRead(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const isOfTable = /^(Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node['Node Type']);
  const own = isOfTable ? (node['Actual Rows'] + removed) * node['Actual Loops'] : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), own);
}

const LIMIT = 20;
const MANY = 50_000;

describe('the newest rejected messages', () => {
  let server: TestServer;
  let client: pg.Client;
  const insert = (exchange: string, reason: RejectionReason, count: number) =>
    client.query(
      `INSERT INTO rejected_payloads (received_at, exchange_name, reason, detail, raw, bytes)
       SELECT now(), $1, $2, 'd', 'x', 1 FROM generate_series(1, $3)`,
      [exchange, reason, count],
    );

  before(async () => {
    server = await startTestServer();
    const connectionString = await server.createDatabase();
    await using store = createPostgresStore({ connectionString, applicationName: 'rejected-test' });
    await store.migrate();
    client = new pg.Client({ connectionString });
    await client.connect();
    // What was frequent and is over lies behind all that is frequent now, which a planner that knows shares alone can't know.
    await insert('NYSE', 'bad_price', MANY);
    await insert('NYSE', 'bad_time', 3);
    await insert('NASDAQ', 'bad_symbol', MANY);
    await insert('NYSE', 'bad_symbol', 5);
    await insert('NASDAQ', 'bad_price', MANY);
  });
  after(async () => {
    await client.end();
    await server[Symbol.asyncDispose]();
  });

  const questions: readonly RejectedQuestion[] = [
    { limit: LIMIT },
    { limit: LIMIT, before: MANY },
    ...['NYSE', 'NASDAQ', 'LSE'].flatMap((exchange): RejectedQuestion[] => [
      { limit: LIMIT, exchange },
      { limit: LIMIT, exchange, reason: 'bad_price' },
      { limit: LIMIT, exchange, reason: 'bad_symbol', before: MANY + 100 },
      { limit: LIMIT, exchange, before: MANY + 100 },
    ]),
    ...(['bad_price', 'bad_symbol', 'bad_time', 'bad_form'] as const).map((reason) => ({ limit: LIMIT, reason })),
  ];

  for (const isAnalyzed of [false, true]) {
    it(`are found by looking at no more than are given, ${isAnalyzed ? 'also' : 'not'} where the server knows shares`, async () => {
      await client.query(isAnalyzed ? 'ANALYZE rejected_payloads' : 'DELETE FROM pg_statistic');
      for (const question of questions) {
        const { text, values } = messagesStatement(question);
        const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        );
        const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? assert.fail();
        const read = rowsRead(plan);
        // Of an exchange: of each of its reasons, then those that are given.
        const most = question.exchange !== undefined && question.reason === undefined ? 4 * LIMIT : LIMIT;
        assert.ok(read <= most, `${read} rows for ${JSON.stringify(question)}: ${JSON.stringify(plan, null, 1)}`);
      }
    });
  }

  it('are the same as those that looking at all gives', async () => {
    for (const question of questions) {
      const { text, values } = messagesStatement(question);
      const given = (await client.query<{ id: string }>(text, values)).rows.map(({ id }) => id);
      const { exchange, reason, before: end } = question;
      const { rows } = await client.query<{ id: string }>(
        `SELECT id FROM rejected_payloads WHERE coalesce(exchange_name = $1, true) AND coalesce(reason = $2, true)
           AND coalesce(id < $3, true) ORDER BY id DESC LIMIT ${LIMIT}`,
        [exchange, reason, end],
      );
      assert.deepEqual(
        given,
        rows.map(({ id }) => id),
        JSON.stringify(question),
      );
    }
  });
});
