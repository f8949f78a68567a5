import { type EpochMicros, formatMicros, type Tick } from '@tickwatch/core';
import type pg from 'pg';
import {
  ADD_COVERS,
  ADD_UNREAD_EXCHANGES,
  COVER_IMPORT,
  NAME_ONLY_STOCK,
  READ_COVERAGE,
  UNCOVER_IMPORT,
} from './statements/coverage-statements.ts';
import { isAnswer } from './store-errors.ts';
import { EXCHANGE_UNREAD, STOCK_UNREAD } from './write/file-holes.ts';

/** A time of which an import has everything; both ends included. */
export interface Span {
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

/** What an import covers of an exchange. */
export interface CoveredSpan extends Span {
  readonly exchange: string;
  /** `undefined`: every stock, also those that it doesn't name. */
  readonly stocks: readonly string[] | undefined;
}

/** What ticks cover, an exchange each: from its first to its last one, for all its stocks among them. */
export function spansOf(ticks: readonly Tick[]): readonly (CoveredSpan & { readonly stocks: readonly string[] })[] {
  const spans = new Map<string, { from: EpochMicros; to: EpochMicros; stocks: Set<string> }>();
  for (const { exchange, stock, time } of ticks) {
    const span = spans.get(exchange);
    if (span === undefined) {
      spans.set(exchange, { from: time, to: time, stocks: new Set([stock]) });
      continue;
    }
    if (time < span.from) span.from = time;
    else if (time > span.to) span.to = time;
    span.stocks.add(stock);
  }
  return [...spans].map(([exchange, { from, to, stocks }]) => ({ exchange, from, to, stocks: [...stocks] }));
}

/** As `import_portions` keeps them. */
export function spansAsJson(ticks: readonly Tick[]): string {
  const rows = spansOf(ticks).map(({ exchange, from, to, stocks }) => {
    return { exchange, from_time: formatMicros(from), to_time: formatMicros(to), stocks };
  });
  return JSON.stringify(rows);
}

/**
 * Notes what an import covers, inside the caller's transaction. It is asked for when the import is finished: a portion to come
 * may have ticks of the same time.
 * @param covers a time of which somebody says that the file has everything
 */
export async function coverFinished(client: pg.ClientBase, source: string, covers: Span | undefined): Promise<void> {
  if (covers !== undefined) {
    await client.query(ADD_COVERS, [source, formatMicros(covers.from), formatMicros(covers.to)]);
  }
  await client.query(UNCOVER_IMPORT, [source]);
  await client.query(COVER_IMPORT, [source]);
  await client.query(ADD_UNREAD_EXCHANGES, [source, `%${EXCHANGE_UNREAD}%`]);
  await client.query(NAME_ONLY_STOCK, [source, `%${STOCK_UNREAD}`]);
}

/** The same for an import that is finished already. */
export async function coverImport(client: pg.ClientBase, source: string, covers: Span): Promise<void> {
  await client.query('BEGIN');
  try {
    await coverFinished(client, source, covers);
    await client.query('COMMIT');
  } catch (error) {
    if (isAnswer(error)) await client.query('ROLLBACK');
    throw error;
  }
}

interface Row {
  readonly exchange: string;
  readonly from: string;
  readonly to: string;
  readonly stocks: readonly string[] | null;
}

export async function readCoverage(client: pg.ClientBase, source: string): Promise<readonly CoveredSpan[]> {
  const { rows } = await client.query<Row>(READ_COVERAGE, [source]);
  return rows.map(({ exchange, from, to, stocks }) => ({
    exchange,
    from: Number(from) as EpochMicros,
    to: Number(to) as EpochMicros,
    stocks: stocks ?? undefined,
  }));
}
