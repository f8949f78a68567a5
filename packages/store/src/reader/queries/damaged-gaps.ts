import type { MissingPart } from '../coverage/missing-parts.ts';
import { firstDamage, type NotedDamage, notedDamage } from '../coverage/noted-damage.ts';
import type { Snapshot } from '../snapshot.ts';
import type { GapKey, GapsQuestion, ListedGap } from './gaps.ts';
import type { Span } from './range.ts';

/** More damaged blocks are not looked at one by one: all behind them counts as missing. */
const MOST_IN_COVERAGE = 10_000;

/** Damaged blocks as holes; they stand before what is recorded from the same moment on. */
export async function* damagedGaps(
  snapshot: Snapshot,
  { span, stock, exchange, reason }: GapsQuestion,
  after: GapKey,
): AsyncGenerator<ListedGap, void> {
  if (reason !== undefined && reason !== 'block_damaged') return;
  const from = after.id === 0 ? after.from : after.from + 1;
  for await (const block of notedDamage(snapshot, { span, stock, exchange, from })) yield listedBlock(block);
}

/** What of an exchange's time is missing because of damaged blocks. */
export async function damagedParts(snapshot: Snapshot, exchange: string, span: Span): Promise<readonly MissingPart[]> {
  const blocks = await firstDamage(snapshot, { span, exchange }, MOST_IN_COVERAGE);
  const parts = blocks.map(({ firstTime, lastTime, count }) => ({
    from: firstTime,
    until: lastTime + 1,
    exchange,
    reason: 'block_damaged' as const,
    messages: count,
    // It has ticks, whatever the calendar says.
    isWhole: true,
  }));
  const last = parts.at(-1);
  if (last === undefined || parts.length < MOST_IN_COVERAGE) return parts;
  return [...parts, { ...last, until: span.until, messages: undefined }];
}

function listedBlock({ stock, exchange, firstTime, lastTime, count, detail }: NotedDamage): ListedGap {
  return {
    id: undefined,
    lane: '',
    laneName: undefined,
    exchange,
    from: firstTime,
    until: lastTime + 1,
    fromSeq: undefined,
    toSeq: undefined,
    messages: count,
    reason: 'block_damaged',
    detail,
    isOpen: false,
    stocks: [stock],
    filled: false,
    filledStocks: [],
  };
}
