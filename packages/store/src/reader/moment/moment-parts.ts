import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { type Row, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { timeText } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import { type StockKey, stockKeyText } from '../stock-order.ts';
import { firstWhere, type TickSlice } from '../ticks/tick-slice.ts';
import { blocksOfMany } from './blocks-of-many.ts';
import { droppedPart, type MomentSpan } from './moment-span.ts';
import { partOfSlice, type TickPart } from './part.ts';

/** Stocks whose rows are summed up by one statement. */
const STOCKS_AT_ONCE = 1000;

export interface PartsQuestion {
  readonly span: MomentSpan;
  /** From when on single ticks are asked for: at most the cut. µs. */
  readonly from: number;
  /** From when on minutes are wanted that may have been dropped; infinite: none are. µs. */
  readonly minutesFrom: number;
  /** Where no part may lie across, µs. */
  readonly bounds: readonly number[];
}

/** A stock whose bucket of the moment holds ticks of before it. */
export interface OpenBucket extends StockKey {
  /** The bucket, where the moment lies behind all of its ticks. */
  readonly whole: TickPart | undefined;
}

/**
 * The ticks at the end of what is asked for that rollups don't tell, summed up. Those that lie in sealed days are
 * unpacked here, of each stock at most the blocks that reach into the span.
 */
export async function momentParts(
  snapshot: Snapshot,
  open: readonly OpenBucket[],
  question: PartsQuestion,
): Promise<readonly TickPart[]> {
  const { span, from, minutesFrom } = question;
  const parts = open.flatMap(({ whole }) => (whole === undefined ? [] : [whole]));
  const told = new Set(open.filter(({ whole }) => whole !== undefined).map(stockKeyText));
  const asked = open.filter(({ whole }) => whole === undefined || from < span.cut || whole.last.time >= minutesFrom);
  const bounds = [...new Set([from, ...question.bounds])]
    .filter((bound) => bound >= from && bound <= span.moment)
    .sort((a, b) => a - b);
  const add = (part: Omit<TickPart, 'figures' | 'minutes'>, begin: number): void => {
    const figures = begin >= span.cut && !told.has(stockKeyText(part.last));
    const minutes = droppedPart({ from: begin, until: begin + 1 }, span.noMinutes) !== undefined;
    if (figures || minutes) parts.push({ ...part, figures, minutes });
  };
  for (let at = 0; at < asked.length; at += STOCKS_AT_ONCE) {
    const some = asked.slice(at, at + STOCKS_AT_ONCE);
    for (const row of await snapshot.rows(rowsStatement(some, question, bounds))) {
      add(readPart(row), bounds[Number(row.part) - 1] ?? from);
    }
  }
  const until = span.moment + 1;
  for await (const { key, slice } of blocksOfMany(snapshot, asked, { from, until }, 'all')) {
    if (slice === undefined) continue;
    for (const [begin, first, end] of cutAt(slice, bounds)) add(partOfSlice(key.stock, slice, first, end), begin);
  }
  return parts;
}

/** The pieces of a slice between bounds: where each begins, and its ticks. */
function* cutAt(slice: TickSlice, bounds: readonly number[]): Generator<readonly [number, number, number]> {
  let from = slice.from;
  for (const [i, begin] of bounds.entries()) {
    const next = bounds[i + 1] ?? Number.POSITIVE_INFINITY;
    const until = firstWhere(slice.ticks.times, from, slice.until, (time) => time >= next);
    if (from < until) yield [begin, from, until];
    from = until;
  }
}

function rowsStatement(keys: readonly StockKey[], { span, from }: PartsQuestion, bounds: readonly number[]): Statement {
  const tick = `${toMicros('t."timestamp"')} || ' ' || t.seq || ' ' || t.price`;
  return {
    text: `SELECT k.stock AS stock_name, k.exchange AS exchange_name, p.part, p.count, p.high::text AS high, p.low::text AS low,
        p.ticks[1] AS first, p.ticks[p.count] AS last
      FROM unnest($1::text[], $2::text[]) AS k (stock, exchange) CROSS JOIN LATERAL (
        SELECT width_bucket(t."timestamp", $3::timestamptz[]) AS part, count(*)::integer AS count, max(t.price) AS high,
          min(t.price) AS low, array_agg(${tick} ORDER BY t."timestamp", t.seq, t.price) AS ticks
        FROM unsealed_prices AS t WHERE t.stock_name = k.stock AND t.exchange_name = k.exchange
          AND t."timestamp" >= $4::timestamptz AND t."timestamp" <= $5::timestamptz
        GROUP BY 1 OFFSET 0) AS p`,
    values: [
      keys.map(({ stock }) => stock),
      keys.map(({ exchange }) => exchange),
      bounds.map(timeText),
      timeText(from),
      timeText(span.moment),
    ],
  };
}

function readPart(row: Row): Omit<TickPart, 'figures' | 'minutes'> {
  const key = { stock: row.stock_name ?? '', exchange: row.exchange_name ?? '' };
  return {
    first: readTick(key, row.first),
    last: readTick(key, row.last),
    high: row.high ?? '',
    low: row.low ?? '',
    ticks: Number(row.count),
  };
}

/** @param text `MICROS SEQ PRICE` */
export function readTick(key: StockKey, text: string | null | undefined): SequencedTick {
  const [micros, seq, price = ''] = (text ?? '').split(' ');
  const { stock, exchange } = key;
  return {
    stock,
    exchange,
    price: price as DecimalText,
    time: Number(micros) as EpochMicros,
    seq: Number(seq),
  };
}
