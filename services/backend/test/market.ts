import {
  type DecimalText,
  type EpochMicros,
  exchangeOf,
  formatMicros,
  type LaneName,
  laneName,
  laneOfStock,
  lanesOf,
  type SequencedTick,
  type TailHole,
  type TailReply,
  type TailSource,
  type Tick,
} from '@tickwatch/core';
import type pg from 'pg';
import type { Random } from './random.ts';

export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;
export const STOCKS = ['AAPL', 'BRK.B', 'BTC:USD'] as const;

/** Ticks of some days: bursts, equal times, equal ticks, edges of buckets, late ones; in the order of arrival. */
export function randomTicks(random: Random, count: number, from: number, until: number, lanes = 1): SequencedTick[] {
  const seqs = new Map<LaneName, number>();
  const bursts = Array.from({ length: 12 }, () => random.integer(from, until));
  const ticks: SequencedTick[] = [];
  while (ticks.length < count) {
    const kind = random.next();
    const before = kind < 0.2 ? ticks.at(-1) : undefined;
    const tick = {
      stock: random.next() < 0.7 ? STOCKS[0] : random.pick(STOCKS),
      exchange: random.pick(EXCHANGES),
      price: kind < 0.05 && before !== undefined ? before.price : randomPrice(random),
      time: before?.time ?? randomTime(random, bursts, from, until),
    };
    const lane = laneOf(tick, lanes);
    const seq = (seqs.get(lane) ?? 0) + 1;
    seqs.set(lane, seq);
    ticks.push({ ...tick, seq });
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

/** The lane of a tick, of so many an exchange has. */
export function laneOf({ stock, exchange }: Pick<Tick, 'stock' | 'exchange'>, lanes = 1): LaneName {
  return laneName(exchange, laneOfStock(stock, lanes));
}

/** Commits ticks by plain SQL, as any writer may, and moves the positions of their lanes along. */
export async function commit(client: pg.Client, ticks: readonly SequencedTick[], lanes = 1): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price, seq)
     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::numeric[], $5::bigint[])`,
    [
      ticks.map((tick) => formatMicros(tick.time)),
      ticks.map((tick) => tick.stock),
      ticks.map((tick) => tick.exchange),
      ticks.map((tick) => tick.price),
      ticks.map((tick) => tick.seq),
    ],
  );
  for (const lane of new Set(ticks.map((tick) => laneOf(tick, lanes)))) {
    const seq = Math.max(...ticks.filter((tick) => laneOf(tick, lanes) === lane).map((tick) => tick.seq));
    await client.query(
      `INSERT INTO ingest_positions (lane, exchange_name, seq) VALUES ($1, $2, $3)
       ON CONFLICT (lane) DO UPDATE SET seq = greatest(ingest_positions.seq, excluded.seq)`,
      [lane, exchangeOf(lane), seq],
    );
  }
  await client.query('COMMIT');
}

/** A subscriber's memory: what it received of the lanes that it leads. */
export class Tail implements TailSource {
  readonly received: SequencedTick[] = [];
  /** The lanes that it leads, each with the number behind which it has everything. */
  readonly from: Map<LaneName, number>;
  configured: readonly LaneName[];
  /** What a question is answered with instead. */
  fault: (() => Promise<never>) | undefined;
  holes: readonly TailHole[] = [];
  asked = 0;
  readonly #lanes: number;

  constructor(lanes = 1, leads?: readonly LaneName[]) {
    this.#lanes = lanes;
    this.configured = lanesOf(new Map(EXCHANGES.map((exchange) => [exchange, lanes])));
    this.from = new Map((leads ?? this.configured).map((lane) => [lane, 0]));
  }

  async tail(stock: string | undefined): Promise<TailReply> {
    this.asked++;
    if (this.fault !== undefined) await this.fault();
    const known = this.received.map((tick) => ({ tick, lane: laneOf(tick, this.#lanes) }));
    return {
      ticks: known
        .filter(({ tick, lane }) => tick.seq > (this.from.get(lane) ?? Number.POSITIVE_INFINITY))
        .filter(({ tick }) => stock === undefined || tick.stock === stock)
        .map(({ tick, lane }) => ({
          stock_name: tick.stock,
          exchange_name: tick.exchange,
          lane,
          price: tick.price,
          timestamp: formatMicros(tick.time),
          seq: tick.seq,
        })),
      lanes: Object.fromEntries(
        [...this.from].map(([name, from]) => {
          const seqs = known.filter(({ lane }) => lane === name).map(({ tick }) => tick.seq);
          return [name, { from, to: Math.max(from, ...seqs) }];
        }),
      ),
      configured: [...this.configured],
      holes: [...this.holes],
    };
  }
}
