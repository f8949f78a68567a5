import type { EpochMicros } from '@tickwatch/core';
import { Client } from 'pg';
import type { House, Price } from './house.ts';
import { storedTicks } from './stored.ts';

/** A night of NASDAQ with a session on each side of it; epoch seconds. */
export const NIGHT = {
  close: Date.parse('2024-03-05T16:00:00-05:00') / 1000,
  open: Date.parse('2024-03-06T09:30:00-05:00') / 1000,
} as const;

const MINUTE = 60;
const HOUR = 3600;

/** Where what is published is not complete; epoch seconds. */
export const HOLE = { from: NIGHT.open + 30 * MINUTE, to: NIGHT.open + 45 * MINUTE, messages: 1234 } as const;
const SILENCE = { from: NIGHT.close - 90 * MINUTE, to: NIGHT.close - HOUR } as const;

/** As the API writes a moment; epoch seconds. */
export function at(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

async function withDatabase(house: House, run: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: house.databaseUrl });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}

/** Says that an exchange has been listened to since a moment, epoch seconds. */
export function cover(house: House, exchange: string, from: number): Promise<void> {
  return withDatabase(house, (client) =>
    client.query(
      `INSERT INTO coverage (exchange_name, from_time) VALUES ($1, to_timestamp($2))
      ON CONFLICT (exchange_name) WHERE source IS NULL DO UPDATE SET from_time = excluded.from_time`,
      [exchange, from],
    ),
  );
}

export interface RecordedGap {
  readonly exchange: string;
  readonly from: number;
  readonly to: number;
  readonly messages?: number;
}

/** Records a hole in which nobody listened, as the subscriber would. */
export function recordGap(house: House, { exchange, from, to, messages }: RecordedGap): Promise<void> {
  return withDatabase(house, (client) =>
    client.query(
      `INSERT INTO gaps (lane, exchange_name, from_time, to_time, messages, reason)
      VALUES ($1, $2, to_timestamp($3), to_timestamp($4), $5, 'not_listening')`,
      [`${exchange}/0`, exchange, from, to, messages ?? null],
    ),
  );
}

export interface MarkedTick {
  readonly stock: string;
  readonly exchange: string;
  /** Epoch seconds. */
  readonly time: number;
  readonly price: string;
  readonly median: string;
}

/** Marks a tick as far from the others, as the subscriber would. */
export function markOutlier(house: House, { stock, exchange, time, price, median }: MarkedTick): Promise<void> {
  return withDatabase(house, (client) =>
    client.query(
      `INSERT INTO outliers ("timestamp", stock_name, exchange_name, seq, price, median, deviation)
      VALUES (to_timestamp($1), $2, $3, 1, $4, $5, 0.01)`,
      [time, stock, exchange, price, median],
    ),
  );
}

export function forgetGaps(house: House): Promise<void> {
  return withDatabase(house, (client) => client.query('DELETE FROM gaps'));
}

/**
 * Publishes two sessions of AAPL, four ticks a minute, with half an hour of silence in the first and a hole in the
 * second; resolves when the API knows all of it.
 */
export async function publishNight(house: House): Promise<void> {
  const prices: Price[] = [];
  for (let time = NIGHT.close - 2 * HOUR; time < NIGHT.open + 2 * HOUR; time += 15) {
    const open = time < NIGHT.close || time >= NIGHT.open;
    const lost = (time > HOLE.from && time < HOLE.to) || (time > SILENCE.from && time < SILENCE.to);
    if (!open || lost) continue;
    prices.push({
      stock: 'AAPL',
      price: (180 + 4 * Math.sin(time / 900)).toFixed(2),
      time: (time * 1e6) as EpochMicros,
    });
  }
  await house.publish('NASDAQ', prices);
  await storedTicks(house, 'AAPL', prices.length);
  await cover(house, 'NASDAQ', NIGHT.close - 6 * HOUR);
  await recordGap(house, { exchange: 'NASDAQ', ...HOLE });
}
