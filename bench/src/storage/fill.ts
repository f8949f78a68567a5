import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { MICROS_PER_DAY, type SequencedTick } from '@tickwatch/core';
import { createPostgresStore } from '@tickwatch/store';
import { BEGIN_WRITING, storeTicks } from '@tickwatch/store/write';
import pg from 'pg';
import { FIRST_DAY, type MadeDay } from './made-days.ts';

/** Rows of a flush: as many as a busy subscriber writes at once. */
const FLUSH_TICKS = 50_000;

/** Stores days as a subscriber does, flush by flush, with their rollups. @returns how many ticks there are */
export async function fill(databaseUrl: string, days: Iterable<MadeDay>, say: (text: string) => void): Promise<number> {
  await using store = createPostgresStore({ connectionString: databaseUrl, applicationName: 'bench' });
  await store.migrate();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('SET synchronous_commit = off');
  let count = 0;
  for (const { day, ticks } of days) {
    await store.ensurePartitions([day]);
    for (let i = 0; i < ticks.length; i += FLUSH_TICKS) {
      await client.query(BEGIN_WRITING);
      const refused = await storeTicks(client, ticks.slice(i, i + FLUSH_TICKS));
      await client.query('COMMIT');
      if (refused.length > 0) throw new Error(`${refused.length} ticks were refused: ${refused[0]?.detail}`);
    }
    count += ticks.length;
    if (dayNumber(day) % 10 === 9) say(`${count.toLocaleString('en-US')} ticks stored`);
  }
  await client.query('VACUUM ANALYZE');
  await client.end();
  return count;
}

/** Writes days as CSV without a header: epoch µs, stock, exchange, price. */
export async function writeCsv(path: string, days: Iterable<MadeDay>): Promise<void> {
  const file = createWriteStream(path);
  for (const { ticks } of days) {
    if (!file.write(ticks.map(csvLine).join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

function csvLine({ time, stock, exchange, price }: SequencedTick): string {
  return `${time},${stock},${exchange},${price}\n`;
}

function dayNumber(day: string): number {
  return (Date.parse(day) - Date.parse(FIRST_DAY)) / (MICROS_PER_DAY / 1000);
}
