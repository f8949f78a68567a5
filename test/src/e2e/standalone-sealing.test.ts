import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import pg from 'pg';
import { until } from '../servers/index.ts';
import { startStandaloneProcess } from './standalone-process.ts';

const OLD = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
const OLDER = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);

/** A folder of data with two days that are over: the older one is sealed, and damaged. */
async function makeOldDays(folder: string): Promise<void> {
  await using server = await startEmbeddedPostgres({ dataDir: folder });
  const { connectionString } = server;
  await using store = createPostgresStore({ connectionString, applicationName: 'test' });
  await store.migrate();
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price)
    VALUES ('${OLD}T12:00Z', 'AAPL', 'NASDAQ', 1), ('${OLDER}T12:00Z', 'AAPL', 'NASDAQ', 1)`);
  await store.sealDay(OLDER);
  await client.query('UPDATE sealed_blocks SET first_price = first_price + 1');
  await client.end();
}

describe('old days of the whole system in one process', () => {
  it('are counted in its metrics as they are sealed, as damaged blocks are; its log and its API tell them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-standalone-'));
    try {
      await makeOldDays(folder);
      await using system = await startStandaloneProcess({ DATA_DIR: folder, GENERATOR: 'off' });
      const figure = async (name: string): Promise<string | undefined> => {
        const text = await (await fetch(`${system.address}/metrics`)).text();
        return new RegExp(`^tickwatch_${name}\\{[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1];
      };
      assert.equal(await figure('seals_postponed_total'), '0');
      for (const name of ['days_sealed_total', 'damaged_blocks_total']) {
        await until(async () => (await figure(name)) === '1');
      }
      assert.ok(system.log.some((line) => line.includes('"day_sealed"') && line.includes(OLD)));
      assert.ok(system.log.some((line) => line.includes('"block_damaged"') && line.includes(OLDER)));
      const gaps = await (await fetch(`${system.address}/api/gaps?reason=block_damaged`)).json();
      assert.deepEqual(
        (gaps as { from_time: string; stocks: string[] }[]).map(({ from_time: from, stocks }) => [from, stocks]),
        [[`${OLDER}T12:00:00.000000Z`, ['AAPL']]],
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
