import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { comparePrices } from '@tickwatch/core';
import { askMissing } from '../coverage/ask-missing.ts';
import type { Missing } from '../coverage/completeness.ts';
import type { Snapshot } from '../snapshot.ts';
import { type PageKey, pageStatement } from '../sql/page.ts';
import { answerableSpan, type RangeQuestion, type Span, tailWithin } from './range.ts';

export interface Page {
  readonly ticks: readonly SequencedTick[];
  /** Where the next page starts; `undefined`: this was the last one. */
  readonly next: PageKey | undefined;
  /** Of the whole range. */
  readonly missing: Missing;
}

export interface PageRequest {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: PageKey | undefined;
}

/** One page in canonical order. Stable: ticks that arrive meanwhile never shift a page. */
export async function askPage(snapshot: Snapshot, question: RangeQuestion, request: PageRequest): Promise<Page> {
  const span = answerableSpan(question, snapshot.reach.rawFrom);
  const page = await askPageOf(snapshot, question, span, request);
  return { ...page, missing: await askMissing(snapshot, question, span) };
}

/** As {@link askPage}, where what is missing is known already. */
export async function askPageOf(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  request: PageRequest,
): Promise<Omit<Page, 'missing'>> {
  const rows = await snapshot.rows(
    pageStatement({
      ...request,
      ...span,
      stock: question.stock,
      exchange: question.exchange,
      after: request.after,
      limit: request.limit + 1,
      tail: tailWithin(snapshot, question, span),
    }),
  );
  const ticks = rows.slice(0, request.limit).map((row) => ({
    stock: question.stock,
    exchange: row.exchange_name ?? '',
    price: (row.price ?? '') as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
  }));
  return { ticks, next: rows.length > request.limit ? keyAfter(ticks, request.after) : undefined };
}

function keyAfter(ticks: readonly SequencedTick[], before: PageKey | undefined): PageKey | undefined {
  const last = ticks.at(-1);
  if (last === undefined) return undefined;
  const { time, seq, price, exchange } = last;
  const same = (other: Omit<PageKey, 'seen'>): boolean =>
    other.time === time && other.seq === seq && other.exchange === exchange && comparePrices(other.price, price) === 0;
  const others = ticks.findLastIndex((tick) => !same(tick));
  const seen = ticks.length - 1 - others + (others < 0 && before !== undefined && same(before) ? before.seen : 0);
  return { time, seq, price, exchange, seen };
}
