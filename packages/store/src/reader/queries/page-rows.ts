import { comparePrices, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { Snapshot } from '../snapshot.ts';
import { type PageKey, type PageQuestion, pageStatement } from '../sql/page.ts';

/** The first ticks of a range behind a key, at most `limit` of them, from rows of the database and from the tail. */
export async function askPageRows(
  snapshot: Snapshot,
  question: PageQuestion,
  table: 'unsealed_prices' | 'late_prices' = 'unsealed_prices',
): Promise<readonly SequencedTick[]> {
  const { after, stock, limit } = question;
  const rows = await snapshot.rows(pageStatement(question, table));
  const ticks = rows.map((row) => ({
    stock,
    exchange: row.exchange_name ?? '',
    price: (row.price ?? '') as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
  }));
  if (after === undefined) return ticks;
  const others = ticks.findIndex((tick) => !isAt(after, tick));
  const seen = Math.min(after.seen, others < 0 ? ticks.length : others);
  return ticks.slice(seen, seen + limit);
}

/** Where the page behind some ticks begins. @param before where these began */
export function keyAfter(ticks: readonly SequencedTick[], before: PageKey | undefined): PageKey | undefined {
  const last = ticks.at(-1);
  if (last === undefined) return undefined;
  const { time, seq, price, exchange } = last;
  const others = ticks.findLastIndex((tick) => !isAt(last, tick));
  const seen = ticks.length - 1 - others + (others < 0 && before !== undefined && isAt(last, before) ? before.seen : 0);
  return { time, seq, price, exchange, seen, also: [] };
}

type Key = Omit<PageKey, 'seen' | 'also'>;

/** Whether two ticks have one place in the order. */
export function isAt(key: Key, other: Key): boolean {
  return (
    other.time === key.time &&
    other.seq === key.seq &&
    other.exchange === key.exchange &&
    comparePrices(other.price, key.price) === 0
  );
}
