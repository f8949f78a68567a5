import { type DecimalText, type EpochMicros, formatMicros, type SequencedTick, type TailSource } from '@tickwatch/core';
import type pg from 'pg';
import type { Random } from './random.ts';

export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;
export const STOCKS = ['AAPL', 'BRK.B', 'BTC:USD'] as const;

/** Ticks of some days: bursts, equal times, equal ticks, edges of buckets, late ones; in the order of arrival. */
export function randomTicks(random: Random, count: number, from: number, until: number): SequencedTick[] {
  const seqs = new Map<string, number>();
  const bursts = Array.from({ length: 12 }, () => random.integer(from, until));
  const ticks: SequencedTick[] = [];
  while (ticks.length < count) {
    const exchange = random.pick(EXCHANGES);
    const seq = (seqs.get(exchange) ?? 0) + 1;
    seqs.set(exchange, seq);
    const before = ticks.at(-1);
    const repeat = before !== undefined && random.next() < 0.05;
    ticks.push({
      stock: random.next() < 0.7 ? STOCKS[0] : random.pick(STOCKS),
      exchange,
      price: repeat ? before.price : randomPrice(random),
      time: repeat ? before.time : randomTime(random, bursts, from, until),
      seq,
    });
  }
  return ticks;
}

function randomPrice(random: Random): DecimalText {
  const decimals = random.pick([0, 2, 2, 2, 2, 4, 8]);
  const whole = random.pick([0, 1, 220, 220, 220, 99_999_999_999]);
  const fraction = decimals === 0 ? '' : `.${String(random.integer(0, 10 ** decimals - 1)).padStart(decimals, '0')}`;
  return (/[1-9]/.test(`${whole}${fraction}`) ? `${whole}${fraction}` : '1') as DecimalText;
}

function randomTime(random: Random, bursts: readonly number[], from: number, until: number): EpochMicros {
  const kind = random.next();
  let time = random.integer(from, until);
  if (kind < 0.5) time = random.pick(bursts) + random.integer(0, 90_000_000);
  if (kind < 0.1) time = Math.floor(time / 3_600_000_000) * 3_600_000_000 + random.integer(-1, 1);
  return Math.min(until, Math.max(from, time)) as EpochMicros;
}

/** Commits ticks by plain SQL, as any writer may, and moves the positions along. */
export async function commit(client: pg.Client, ticks: readonly SequencedTick[]): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price)
     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::numeric[])`,
    [
      ticks.map((tick) => formatMicros(tick.time)),
      ticks.map((tick) => tick.stock),
      ticks.map((tick) => tick.exchange),
      ticks.map((tick) => tick.price),
    ],
  );
  for (const exchange of EXCHANGES) {
    const seq = Math.max(0, ...ticks.filter((tick) => tick.exchange === exchange).map((tick) => tick.seq));
    await client.query(
      `INSERT INTO ingest_positions (exchange_name, seq) VALUES ($1, $2)
       ON CONFLICT (exchange_name) DO UPDATE SET seq = greatest(ingest_positions.seq, excluded.seq)`,
      [exchange, seq],
    );
  }
  await client.query('COMMIT');
}

/** A subscriber's memory: what it received after `from`. */
export class Tail implements TailSource {
  readonly received: SequencedTick[] = [];
  readonly from = new Map<string, number>(EXCHANGES.map((exchange) => [exchange, 0]));
  /** What a question is answered with instead. */
  fault: (() => Promise<never>) | undefined;
  asked = 0;

  async tail(stock: string | undefined) {
    this.asked++;
    if (this.fault !== undefined) await this.fault();
    const ticks = this.received.filter((tick) => tick.seq > (this.from.get(tick.exchange) ?? 0));
    return {
      ticks: ticks
        .filter((tick) => stock === undefined || tick.stock === stock)
        .map((tick) => ({
          stock_name: tick.stock,
          exchange_name: tick.exchange,
          price: tick.price,
          timestamp: formatMicros(tick.time),
          seq: tick.seq,
        })),
      exchanges: Object.fromEntries(
        [...this.from].map(([exchange, from]) => {
          const seqs = this.received.filter((tick) => tick.exchange === exchange).map((tick) => tick.seq);
          return [exchange, { from, to: Math.max(from, ...seqs) }];
        }),
      ),
    };
  }
}
