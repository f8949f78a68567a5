import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { nowMicros } from '@tickwatch/core';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { exchangeOfTick, priceOfTick, stockOfTick } from './tick-text.ts';

const CHUNK_ROWS = 2000;

/**
 * Rows a second of COPY alone: ready text, one connection, into a table like day_prices with its index and nothing
 * else (no partitions, no rollups, no positions), committed in batches as the subscriber does.
 */
export async function measureCopy(databaseUrl: string, rows: number, batchRows: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('DROP TABLE IF EXISTS copy_floor');
    await client.query('CREATE TABLE copy_floor (LIKE day_prices)');
    await client.query('CREATE INDEX ON copy_floor (stock_name, timestamp DESC)');
    const chunks = Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) => copyText(i * CHUNK_ROWS));
    const started = performance.now();
    const perBatch = Math.ceil(batchRows / CHUNK_ROWS);
    for (let at = 0; at < chunks.length; at += perBatch) {
      const copy = client.query(copyFrom('COPY copy_floor FROM STDIN'));
      for (const chunk of chunks.slice(at, at + perBatch)) if (!copy.write(chunk)) await once(copy, 'drain');
      copy.end();
      await finished(copy);
    }
    return (chunks.length * CHUNK_ROWS) / ((performance.now() - started) / 1000);
  } finally {
    await client.query('DROP TABLE IF EXISTS copy_floor');
    await client.end();
  }
}

function copyText(from: number): Buffer {
  const second = new Date(nowMicros() / 1000).toISOString().slice(0, 19).replace('T', ' ');
  let text = '';
  for (let i = from; i < from + CHUNK_ROWS; i++) {
    const micros = String(i % 1_000_000).padStart(6, '0');
    text += `${second}.${micros}+00\t${stockOfTick(i, 6)}\t${exchangeOfTick(i, 6)}\t${priceOfTick(i)}\t${i}\n`;
  }
  return Buffer.from(text);
}
