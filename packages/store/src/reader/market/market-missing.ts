import { MAX_HOLES } from '@tickwatch/core';
import { askMissing } from '../coverage/ask-missing.ts';
import type { AnswerHole, Missing } from '../coverage/completeness.ts';
import { type NotedDamage, notedDamage } from '../coverage/noted-damage.ts';
import { askExchangesMissing } from '../queries/coverage.ts';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import type { DamagedBlock } from '../ticks/damaged-blocks.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import type { MarketQuestion } from './market-chunk.ts';

/** Of more stocks it is told what is missing of any stock. */
const MOST_STOCKS = 16;

/** What is missing of the stocks that are asked for, holes and damaged blocks. */
export async function askMarketMissing(snapshot: Snapshot, question: MarketQuestion): Promise<Missing> {
  const { exchange, stocks } = question;
  const span = spanOf(question);
  const missing =
    stocks === undefined || stocks.length > MOST_STOCKS
      ? await askExchangesMissing(snapshot, exchange, span)
      : await missingOfAny(snapshot, exchange, stocks, span);
  return withDamaged(missing, await damageOf(snapshot, question), [span]);
}

/** As it turned out while the ticks were read. */
export function withMarketDamage(missing: Missing, { blocks }: Snapshot, question: MarketQuestion): Missing {
  return withDamaged(missing, blocks.damaged, [spanOf(question)]);
}

async function missingOfAny(
  snapshot: Snapshot,
  exchange: string | undefined,
  stocks: readonly string[],
  span: Span,
): Promise<Missing> {
  const all: Missing[] = [];
  for (const stock of new Set(stocks)) all.push(await askMissing(snapshot, { stock, exchange }, span));
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
