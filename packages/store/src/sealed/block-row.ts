import type { EpochMicros } from '@tickwatch/core';
import type { SealedBlock } from './sealed-block.ts';

/** What a SELECT from `sealed_blocks` lists so that {@link readBlockRow} reads its rows: numbers and arrays travel as text. */
export const BLOCK_COLUMNS = `stock_name, exchange_name,
  (extract(epoch FROM first_time) * 1000000)::bigint::text AS first_time,
  (extract(epoch FROM last_time) * 1000000)::bigint::text AS last_time,
  place, count, version, scale, scale_kind, first_price::text AS first_price, times::text AS times, prices::text AS prices,
  scales::text AS scales, ties::text AS ties, origins::text AS origins, numbers::text AS numbers,
  ranks::text AS ranks, payload, checksum`;

/** A row of `SELECT` {@link BLOCK_COLUMNS}. */
export interface BlockRow {
  readonly stock_name: string;
  readonly exchange_name: string;
  readonly first_time: string;
  readonly last_time: string;
  readonly place: number;
  readonly count: number;
  readonly version: number;
  readonly scale: number;
  readonly scale_kind: number;
  readonly first_price: string;
  readonly times: string | null;
  readonly prices: string | null;
  readonly scales: string | null;
  readonly ties: string | null;
  readonly origins: string | null;
  readonly numbers: string | null;
  readonly ranks: string | null;
  readonly payload: Buffer;
  readonly checksum: Buffer;
}

export function readBlockRow(row: BlockRow): SealedBlock {
  return {
    stock: row.stock_name,
    exchange: row.exchange_name,
    firstTime: Number(row.first_time) as EpochMicros,
    lastTime: Number(row.last_time) as EpochMicros,
    place: row.place,
    count: row.count,
    version: row.version,
    scale: row.scale,
    scaleKind: row.scale_kind as SealedBlock['scaleKind'],
    firstPrice: Number(row.first_price),
    times: integers(row.times),
    prices: integers(row.prices),
    scales: integers(row.scales),
    ties: integers(row.ties),
    origins: integers(row.origins),
    numbers: arrayItems(row.numbers),
    ranks: integers(row.ranks),
    payload: row.payload,
    checksum: row.checksum,
  };
}

function integers(text: string | null): number[] | null {
  return arrayItems(text)?.map(Number) ?? null;
}

/** `{1,2}`: none of our arrays has an item that PostgreSQL would quote. */
export function arrayItems(text: string | null): string[] | null {
  return text === null ? null : text.slice(1, -1).split(',');
}
