import { type EpochMicros, formatMicros, type GapReason, type TailHole } from '@tickwatch/core';
import type pg from 'pg';

/** A row of `gaps`; times in µs. */
export interface HoleRow {
  readonly lane?: string;
  readonly lanes?: number;
  readonly exchange?: string;
  readonly from: number;
  readonly to: number;
  readonly fromSeq?: number;
  readonly toSeq?: number;
  readonly messages?: number;
  readonly reason?: GapReason;
  readonly detail?: string;
  readonly stocks?: readonly string[];
  readonly source?: string;
}

/** A row of `coverage`; times in µs. */
export interface CoverageRow {
  readonly exchange?: string;
  readonly stock?: string;
  readonly from: number;
  /** With it, `source` too: a file brought it. */
  readonly to?: number;
  readonly source?: string;
}

export const time = (micros: number): string => formatMicros(micros as EpochMicros);

/** A range as a query writes it; µs, `undefined`: no bound. */
export function rangeOf(from?: number, to?: number): string {
  const bounds = { start_time: from, end_time: to };
  return Object.entries(bounds)
    .flatMap(([name, bound]) => (bound === undefined ? [] : [`${name}=${time(bound)}`]))
    .join('&');
}

/** Writes rows as those that find holes do. @returns their ids */
export async function insertHoles(client: pg.Client, holes: readonly HoleRow[]): Promise<readonly number[]> {
  await knowImports(
    client,
    holes.map(({ source }) => source),
  );
  const rows = holes.map(({ exchange = 'NASDAQ', ...hole }) => ({
    lane: hole.source === undefined ? `${exchange}/0` : '',
    lanes: 1,
    reason: 'not_listening',
    detail: '',
    ...hole,
    exchange_name: exchange,
    from_time: time(hole.from),
    to_time: time(hole.to),
    from_seq: hole.fromSeq ?? null,
    to_seq: hole.toSeq ?? null,
  }));
  const { rows: ids } = await client.query<{ id: string }>(
    `INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, from_seq, to_seq, messages, reason, detail, stocks, source)
     SELECT lane, lanes, exchange_name, from_time, to_time, from_seq, to_seq, messages, reason, detail, stocks, source
     FROM jsonb_populate_recordset(NULL::gaps, $1::jsonb) RETURNING id`,
    [JSON.stringify(rows)],
  );
  return ids.map(({ id }) => Number(id));
}

export async function insertCoverage(client: pg.Client, coverage: readonly CoverageRow[]): Promise<void> {
  await knowImports(
    client,
    coverage.map(({ source }) => source),
  );
  const rows = coverage.map(({ exchange = 'NASDAQ', stock, from, to, source }) => ({
    exchange_name: exchange,
    stock_name: stock ?? null,
    from_time: time(from),
    to_time: to === undefined ? null : time(to),
    source: source ?? null,
  }));
  await client.query(
    `INSERT INTO coverage (exchange_name, stock_name, from_time, to_time, source)
     SELECT exchange_name, stock_name, from_time, to_time, source FROM jsonb_populate_recordset(NULL::coverage, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** How far a lane is stored. */
export async function storeLane(
  client: pg.Client,
  lane: string,
  until: number,
  lanes = 1,
  last = until,
): Promise<void> {
  await client.query(
    `INSERT INTO ingest_positions (lane, exchange_name, seq, lanes, covered_until, last_time)
     VALUES ($1::text, split_part($1::text, '/', 1), 0, $2, $3, $4) ON CONFLICT (lane) DO UPDATE
     SET lanes = excluded.lanes, covered_until = excluded.covered_until, last_time = excluded.last_time`,
    [lane, lanes, time(until), time(last)],
  );
}

export async function forgetHoles(client: pg.Client): Promise<void> {
  await client.query('TRUNCATE gaps, coverage; DELETE FROM import_progress');
}

/** A hole that a subscriber tells of. */
export function toldHole(hole: Partial<TailHole> & Pick<TailHole, 'from_time' | 'to_time'>): TailHole {
  const rest = { from_seq: null, to_seq: null, messages: null, reason: 'not_listening', detail: '' } as const;
  return { lane: 'NASDAQ/0', lanes: 1, ...rest, ...hole };
}

async function knowImports(client: pg.Client, sources: readonly (string | undefined)[]): Promise<void> {
  const named = [...new Set(sources.filter((source) => source !== undefined))];
  if (named.length === 0) return;
  await client.query('INSERT INTO import_progress (source) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [named]);
}
