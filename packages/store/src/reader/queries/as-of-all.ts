import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import type { Completeness } from '../coverage/completeness.ts';
import { blocksOfMany } from '../moment/blocks-of-many.ts';
import { askMomentFacts, momentMissing } from '../moment/moment-missing.ts';
import { type MomentSpan, momentSpan } from '../moment/moment-span.ts';
import { laterTick } from '../moment/part.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { lastOfAllStatement, type WantedStocks } from '../sql/as-of-all.ts';
import { compareStocks, type StockKey, stockKeyText } from '../stock-order.ts';
import { ticksIn } from '../ticks/tick-slice.ts';
import { askAsOf } from './as-of.ts';

export interface AsOfAllQuestion extends WantedStocks {
  /** So many at most. */
  readonly limit: number;
  /** µs; a tick of this time counts. */
  readonly time: EpochMicros;
}

export interface AsOfAll {
  /** The last tick at or before the moment of each stock on each exchange that has one, by name. */
  readonly ticks: readonly SequencedTick[];
  /** Where the next page begins; `undefined`: there is none. */
  readonly next: StockKey | undefined;
  /** Whether prices may be older than they were at the moment. */
  readonly missing: Completeness;
}

export async function askAsOfAll(snapshot: Snapshot, question: AsOfAllQuestion): Promise<AsOfAll> {
  const page = await askLastOfAll(snapshot, question);
  const facts = await askMomentFacts(snapshot, question.exchange, question.time);
  return { ...page, missing: momentMissing([facts], question.time) };
}

/**
 * One page of the last ticks at or before a moment. What rollups know is enough but for stocks with ticks on both sides of the
 * moment within its minute: of those rows are looked up, and in a sealed day the one block that reaches up to the moment.
 */
export async function askLastOfAll(
  snapshot: Snapshot,
  question: AsOfAllQuestion,
): Promise<Pick<AsOfAll, 'ticks' | 'next'>> {
  const { limit, time } = question;
  const span = momentSpan(time, snapshot.noMinutes);
  const rows = await snapshot.rows(lastOfAllStatement(question, span, limit + 1));
  const stored = rows.map(keyOf);
  // A page that is full ends where the database's does: what the tail has behind it belongs to the next one.
  const end = rows.length > limit ? stored.at(-1) : undefined;
  const found = new Map<string, SequencedTick | undefined>(
    rows.map((row, i) => [stockKeyText(stored[i] as StockKey), readTick(row)]),
  );
  const add = (tick: SequencedTick): void => {
    const key = stockKeyText(tick);
    found.set(key, laterTick(found.get(key), tick));
  };
  const open = stored.filter((_, i) => rows[i]?.is_open != null);
  for (const tick of await sealedLast(snapshot, open, span)) add(tick);
  for (const tick of snapshot.tail) {
    if (isWanted(question, tick) && (end === undefined || compareStocks(tick, end) <= 0)) add(tick);
  }
  const keys = [...found.keys()].map(keyOfText).sort(compareStocks);
  const page = keys.slice(0, limit);
  return {
    ticks: page.flatMap((key) => found.get(stockKeyText(key)) ?? []),
    next: keys.length > limit ? page.at(-1) : undefined,
  };
}

/** Of stocks in a sealed day, the last tick of the block that reaches furthest up to the moment. */
async function sealedLast(
  snapshot: Snapshot,
  open: readonly StockKey[],
  { cut, moment }: MomentSpan,
): Promise<readonly SequencedTick[]> {
  const ticks: SequencedTick[] = [];
  const damaged: StockKey[] = [];
  for await (const { key, slice } of blocksOfMany(snapshot, open, { from: cut, until: moment + 1 }, 'last')) {
    if (slice === undefined) damaged.push(key);
    else ticks.push(...ticksIn(key.stock, [{ ...slice, from: Math.max(slice.from, slice.until - 1) }]));
  }
  // The block before may hold some of the minute, too.
  for (const { stock, exchange } of damaged) {
    const tick = await askAsOf(snapshot, { stock, exchange, time: moment });
    if (tick !== undefined) ticks.push(tick);
  }
  return ticks;
}

function isWanted({ exchange, stocks, after, time }: AsOfAllQuestion, tick: SequencedTick): boolean {
  if (tick.time > time || (exchange !== undefined && tick.exchange !== exchange)) return false;
  if (stocks !== undefined && !stocks.includes(tick.stock)) return false;
  return after === undefined || compareStocks(tick, after) > 0;
}

function keyOf(row: Row): StockKey {
  return { stock: row.stock_name ?? '', exchange: row.exchange_name ?? '' };
}

function keyOfText(text: string): StockKey {
  const [stock = '', exchange = ''] = text.split('\0');
  return { stock, exchange };
}

/** `undefined`: it had none that is known. */
function readTick(row: Row): SequencedTick | undefined {
  if (row.price == null) return undefined;
  return {
    ...keyOf(row),
    price: row.price as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
  };
}
