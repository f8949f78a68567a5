import { compareTicks, type DecimalText, MAX_HOLES, type SequencedTick } from '@tickwatch/core';
import { askMissing } from '../coverage/ask-missing.ts';
import type { Missing } from '../coverage/completeness.ts';
import { firstDamage } from '../coverage/noted-damage.ts';
import type { Snapshot } from '../snapshot.ts';
import type { PageKey } from '../sql/page.ts';
import { compareBytes } from '../stock-order.ts';
import { sealedTicks } from '../ticks/sealed-ticks.ts';
import { ticksIn } from '../ticks/tick-slice.ts';
import { type TickWindow, tickWindows } from '../ticks/tick-windows.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import { keyBehind, leftAtKey, MOST_AT_KEY } from './page-key.ts';
import { askPageRows, isAt } from './page-rows.ts';
import { answerableSpan, type RangeQuestion, type Span } from './range.ts';

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
  const missing = await askMissing(snapshot, question, span);
  const noted = await firstDamage(snapshot, { ...question, span }, MAX_HOLES);
  return { ...page, missing: withDamaged(missing, noted, [span]) };
}

/** As {@link askPage}, where what is missing is known already. */
export async function askPageOf(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  request: PageRequest,
): Promise<Omit<Page, 'missing'>> {
  const { order, limit, after } = request;
  const most = limit + 1;
  const first = after && (await ticksAtKey(snapshot, question, span, order, after));
  const ticks = [...(first ?? [])];
  const left = after === undefined ? span : behind(span, after, order, first === undefined);
  const key = first === undefined ? after : undefined;
  if (ticks.length < most) {
    for await (const window of tickWindows(snapshot, question, left, order, most + (key?.seen ?? 0))) {
      const wanted = { order, limit: most - ticks.length, after: key };
      for (const tick of await ticksOf(snapshot, question, window, wanted)) ticks.push(tick);
      if (ticks.length >= most) break;
    }
  }
  const shown = ticks.slice(0, limit);
  return { ticks: shown, next: ticks.length > limit ? keyBehind(shown, after) : undefined };
}

/**
 * Those ticks of a key's time that are behind it, looked at all together: where their day was sealed since the key was given
 * out, or is so no longer, they may have another seq. `undefined`: they are too many, and tell by their seq.
 */
async function ticksAtKey(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  order: PageRequest['order'],
  key: PageKey,
): Promise<readonly SequencedTick[] | undefined> {
  const moment = { from: Math.max(span.from, key.time), until: Math.min(span.until, key.time + 1) };
  if (moment.from >= moment.until) return [];
  const ticks: SequencedTick[] = [];
  for await (const window of tickWindows(snapshot, question, moment, order, MOST_AT_KEY)) {
    ticks.push(...(await ticksOf(snapshot, question, window, { order, limit: MOST_AT_KEY + 1 })));
  }
  return ticks.length > MOST_AT_KEY ? undefined : leftAtKey(ticks, key, order);
}

/** The part of a span behind a key. @param withTime with the other ticks of its time */
function behind(span: Span, { time }: PageKey, order: PageRequest['order'], withTime: boolean): Span {
  return order === 'asc'
    ? { ...span, from: Math.max(span.from, withTime ? time : time + 1) }
    : { ...span, until: Math.min(span.until, withTime ? time + 1 : time) };
}

async function ticksOf(
  snapshot: Snapshot,
  question: RangeQuestion,
  window: TickWindow,
  { order, limit, after }: PageRequest,
): Promise<readonly SequencedTick[]> {
  const { stock, exchange } = question;
  const { kind, from, until, tail } = window;
  if (kind === 'open') return await askPageRows(snapshot, { stock, exchange, from, until, order, after, limit, tail });
  const found: SequencedTick[] = [];
  let seen = after?.seen ?? 0;
  for await (const slices of sealedTicks(snapshot, question, window, order)) {
    for (const tick of ticksIn(stock, slices)) {
      if (after !== undefined && isAt(after, tick)) {
        if (seen-- > 0) continue;
      } else if (after !== undefined && !isBehind(tick, after, order)) continue;
      found.push(tick);
      if (found.length === limit) return found;
    }
  }
  return found;
}

function isBehind(tick: SequencedTick, key: PageKey, order: PageRequest['order']): boolean {
  const place =
    compareTicks(tick, { ...tick, ...key, price: key.price as DecimalText }) ||
    compareBytes(tick.exchange, key.exchange);
  return order === 'asc' ? place > 0 : place < 0;
}
