import { createLaneJudge, type LaneJudge } from '@tickwatch/alerts';
import { type AlertFired, type DecimalText, type EpochMicros, MAX_OUTLIERS } from '@tickwatch/core';
import type { PreviewAsk, StockOfPreview } from './preview-ask.ts';

const MAX_HOLES_READ = 1000;

interface Found {
  readonly fired: readonly AlertFired[];
  readonly notes: readonly string[];
}

/** What rules on holes and outliers would have told, from those that are recorded. */
export async function foundIn(
  ask: PreviewAsk,
  { stocks, isAll }: { readonly stocks: readonly StockOfPreview[]; readonly isAll: boolean },
): Promise<Found> {
  if (ask.rule.condition.type === 'hole') return await holesIn(ask);
  const found = await outliersIn(ask, stocks);
  return isAll
    ? found
    : { ...found, notes: [...found.notes, `Only the first ${ask.limits.stocks} stocks were looked at.`] };
}

async function holesIn(ask: PreviewAsk): Promise<Found> {
  const { reader, rule, start, end, signal } = ask;
  const span = { from: start, until: end + 1 };
  const question = { span, exchange: rule.exchange, closed: true, limit: MAX_HOLES_READ };
  const { gaps, next } = (await reader.gaps(question, { signal })).value;
  const judges = judgesOf(ask);
  const fired = new Map<string, AlertFired>();
  const seen = new Set<number>();
  for (const { id, exchange, from, until, messages, reason, laneName } of gaps) {
    // Damaged blocks and what files lack tells nobody; of what files filled in part, the rest may be several.
    if (laneName === undefined || from < start || (id !== undefined && seen.has(id))) continue;
    if (id !== undefined) seen.add(id);
    const to = (until - 1) as EpochMicros;
    const hole = { fromSeq: undefined, toSeq: undefined, from: from as EpochMicros, to, messages, reason };
    for (const { firing } of judges(exchange).holeFound(hole, to)) {
      // What several lanes miss for one reason is told once.
      if (firing !== undefined) fired.set(firing.id, firing);
    }
  }
  return {
    fired: [...fired.values()],
    notes: next === undefined ? [] : [`Only the first ${MAX_HOLES_READ} holes were looked at.`],
  };
}

async function outliersIn(ask: PreviewAsk, stocks: readonly StockOfPreview[]): Promise<Found> {
  const { reader, start, end, signal, budget } = ask;
  const judges = judgesOf(ask);
  const fired: AlertFired[] = [];
  let isWhole = true;
  for (const of of stocks) {
    if (budget.isSpent) return { fired, notes: ['Not all stocks were looked at in the time that an answer may take.'] };
    const marked = await reader.outliers({ ...of, start, end }, { signal });
    isWhole &&= marked.length < MAX_OUTLIERS;
    for (const [seq, { time, price, median }] of marked.entries()) {
      const tick = { ...of, time, price: price as DecimalText, seq };
      for (const { firing } of judges(of.exchange).outlierFound(tick, Number(median), time)) {
        if (firing !== undefined) fired.push(firing);
      }
    }
  }
  return { fired, notes: isWhole ? [] : [`Of a stock only the newest ${MAX_OUTLIERS} outliers were looked at.`] };
}

function judgesOf({ rule }: PreviewAsk): (exchange: string) => LaneJudge {
  const judges = new Map<string, LaneJudge>();
  return (exchange) => {
    const judge = judges.get(exchange) ?? createLaneJudge({ exchange, seq: 0, rules: [rule], phases: [], memory: [] });
    judges.set(exchange, judge);
    return judge;
  };
}
