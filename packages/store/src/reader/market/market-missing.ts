import { MAX_HOLES } from '@tickwatch/core';
import { askMissing } from '../coverage/ask-missing.ts';
import type { AnswerHole, Missing } from '../coverage/completeness.ts';
import { type NotedDamage, notedDamage } from '../coverage/noted-damage.ts';
import { joinFacts, type StoreFacts } from '../coverage/store-facts.ts';
import { askMissingFacts, exchangesMissing } from '../queries/coverage.ts';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import type { DamagedBlock } from '../ticks/damaged-blocks.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import type { MarketQuestion } from './market-chunk.ts';

/** Of more stocks it is told what is missing of any stock. */
const MOST_STOCKS = 16;

/** What a database knows of what is missing of the stocks that are asked for. */
export type MarketFacts = { readonly damaged: readonly DamagedBlock[] } & (
  | { readonly kind: 'any'; readonly facts: StoreFacts }
  | { readonly kind: 'named'; readonly missing: Missing }
);

/** Whether it is told of each stock by itself. */
export function areNamed({ stocks }: Pick<MarketQuestion, 'stocks'>): boolean {
  return stocks !== undefined && stocks.length <= MOST_STOCKS;
}

export async function askMarketFacts(snapshot: Snapshot, question: MarketQuestion): Promise<MarketFacts> {
  const { exchange, stocks = [] } = question;
  const span = spanOf(question);
  const damaged = await damageOf(snapshot, question);
  return areNamed(question)
    ? { kind: 'named', missing: await missingOfAny(snapshot, exchange, stocks, span), damaged }
    : { kind: 'any', facts: await askMissingFacts(snapshot, exchange, span), damaged };
}

/** What is missing of the stocks that are asked for, holes and damaged blocks. @param all of each database that answered */
export function marketMissing(all: readonly MarketFacts[], question: MarketQuestion): Missing {
  const span = spanOf(question);
  const facts = all.flatMap((one) => (one.kind === 'any' ? [one.facts] : []));
  const named = all.flatMap((one) => (one.kind === 'named' ? [one.missing] : []));
  const missing = facts.length > 0 ? exchangesMissing(joinFacts(facts), span) : joinMissing(named);
  const damaged = all.flatMap((one) => one.damaged).toSorted((a, b) => a.firstTime - b.firstTime);
  return withDamaged(missing, damaged.slice(0, MAX_HOLES), [span]);
}

/** As it turned out while the ticks were read. */
export function withMarketDamage(facts: MarketFacts, { blocks }: Snapshot): MarketFacts {
  return { ...facts, damaged: [...facts.damaged, ...blocks.damaged] };
}

async function missingOfAny(
  snapshot: Snapshot,
  exchange: string | undefined,
  stocks: readonly string[],
  span: Span,
): Promise<Missing> {
  const all: Missing[] = [];
  for (const stock of new Set(stocks)) all.push(await askMissing(snapshot, { stock, exchange }, span));
  return joinMissing(all);
}

function joinMissing(all: readonly Missing[]): Missing {
  const holes = new Map<string, AnswerHole>();
  for (const hole of all.flatMap((one) => one.holes)) {
    holes.set(JSON.stringify([hole.from, hole.until, hole.exchange, hole.reason, hole.messages]), hole);
  }
  const firsts = all.flatMap(({ firstTick }) => (firstTick === undefined ? [] : [firstTick]));
  return {
    complete: all.every(({ complete }) => complete),
    holes: [...holes.values()].sort((a, b) => a.from - b.from || a.until - b.until).slice(0, MAX_HOLES),
    firstTick: firsts.length === 0 ? undefined : Math.min(...firsts),
    within: (window) => all.flatMap((one) => one.within(window)),
  };
}

async function damageOf(
  snapshot: Snapshot,
  { exchange, stocks, ...question }: MarketQuestion,
): Promise<readonly DamagedBlock[]> {
  const span = spanOf(question);
  const only = stocks && new Set(stocks);
  const found: NotedDamage[] = [];
  for await (const one of notedDamage(snapshot, { span, exchange })) {
    if (only !== undefined && !only.has(one.stock)) continue;
    found.push(one);
    if (found.length === MAX_HOLES) break;
  }
  return found;
}

function spanOf({ from, until }: Pick<MarketQuestion, 'from' | 'until'>): Span {
  return { from, until };
}
