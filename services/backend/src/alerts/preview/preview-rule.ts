import type { JudgedRule } from '@tickwatch/alerts';
import {
  type AlertFired,
  type AlertPreview,
  type CalendarOf,
  calendarsOf,
  type EpochMicros,
  formatMicros,
} from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { watchedStocks } from '../watched-stocks.ts';
import { foundIn } from './found-in.ts';
import type { PreviewAsk, StockOfPreview, StockOutcome } from './preview-ask.ts';
import { PREVIEW_LIMITS, PreviewBudget, type PreviewLimits } from './preview-budget.ts';
import { LEAST_SILENCE_SECONDS, silencesIn } from './silence-in.ts';
import { StockPreview } from './stock-preview.ts';

/** So many stocks are looked at side by side: each question takes a connection. */
const SIDE_BY_SIDE = 2;

export interface PreviewRange {
  readonly start: EpochMicros;
  /** Itself within. */
  readonly end: EpochMicros;
}

export interface PreviewOptions {
  /** When exchanges are open, for `silent`; default: as the calendars that are built in say. */
  readonly calendarOf?: CalendarOf;
  readonly limits?: PreviewLimits;
}

/**
 * What a rule would have fired in a range, judged as it is live, but as if each tick had come at its own time. Bounded in
 * work and time: what was not looked at, or can't be told from what is stored, is said.
 * @throws as {@link TickReader}
 */
export async function previewRule(
  reader: TickReader,
  rule: JudgedRule,
  { start, end }: PreviewRange,
  signal?: AbortSignal,
  { calendarOf = calendarsOf().of, limits = PREVIEW_LIMITS }: PreviewOptions = {},
): Promise<AlertPreview> {
  const judged = { ...rule, begins: start, snoozedUntil: undefined };
  const ask = { reader, rule: judged, start, end, budget: new PreviewBudget(limits), limits, signal };
  const { fired, notes } = await outcomeOf(ask, calendarOf);
  const sorted = fired.toSorted((a, b) => a.time - b.time);
  return {
    start_time: formatMicros(start),
    end_time: formatMicros(end),
    fired: sorted.length,
    places: sorted.slice(-limits.places).map(placeOf),
    complete: notes.length === 0,
    note: notes.length === 0 ? null : notes.join(' '),
  };
}

interface Outcome {
  readonly fired: readonly AlertFired[];
  readonly notes: readonly string[];
}

async function outcomeOf(ask: PreviewAsk, calendarOf: CalendarOf): Promise<Outcome> {
  const { condition } = ask.rule;
  switch (condition.type) {
    case 'price_crosses':
    case 'price_moves':
    case 'new_extreme':
      return await ofStocks(ask);
    case 'tick_rate': {
      if (condition.above === undefined) return { fired: [], notes: [NOT_TOLD.below] };
      const outcome = await ofStocks(ask);
      return condition.below === undefined ? outcome : { ...outcome, notes: [...outcome.notes, NOT_TOLD.below] };
    }
    case 'hole':
    case 'outlier':
      return await foundIn(ask, await stocksOf(ask));
    case 'silent':
      return await ofSilence(ask, condition.seconds, calendarOf);
    case 'system':
      return { fired: [], notes: [NOT_TOLD.system] };
  }
}

const NOT_TOLD = {
  below: 'Minutes with too few ticks are not looked for: what was listened to is not kept.',
  silent: `Silences of less than ${LEAST_SILENCE_SECONDS} seconds are not looked for.`,
  listening: 'When nothing was listened to is not known here: it counts as silence.',
  more: 'There is more than one answer looks at.',
  system: 'How the system was is not looked up.',
};

async function ofSilence(ask: PreviewAsk, seconds: number, calendarOf: CalendarOf): Promise<Outcome> {
  if (seconds < LEAST_SILENCE_SECONDS) return { fired: [], notes: [NOT_TOLD.silent] };
  const { stocks, isAll } = await stocksOf(ask);
  const fired: AlertFired[] = [];
  const notes = [NOT_TOLD.listening, ...(isAll ? [] : [onlyFirst(ask)])];
  for (const [i, of] of stocks.entries()) {
    if (ask.budget.isSpent) return { fired, notes: [...notes, lookedAt(i, stocks.length)] };
    fired.push(...(await silencesIn(ask, of, seconds, calendarOf)));
  }
  return { fired, notes: ask.budget.isSpent ? [...notes, NOT_TOLD.more] : notes };
}

async function ofStocks(ask: PreviewAsk): Promise<Outcome> {
  const found = await stocksOf(ask);
  const { stocks } = found;
  const outcomes: StockOutcome[] = [];
  const waiting = [...stocks];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (ask.budget.isSpent) return void waiting.unshift(next);
      outcomes.push(await new StockPreview(ask, next).run());
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return { fired: outcomes.flatMap(({ fired }) => fired), notes: notesOf(ask, outcomes, found) };
}

function notesOf(
  ask: PreviewAsk,
  outcomes: readonly StockOutcome[],
  { stocks, isAll, first: firstTick }: FoundStocks,
): readonly string[] {
  const { start, end } = ask;
  const notes: string[] = [];
  const ended = outcomes.filter(({ until }) => until < end);
  const first = ended.reduce((least, { until }) => Math.min(least, until), end as number) as EpochMicros;
  if (ended.length > 0)
    notes.push(`There is more than one answer looks at: not all is known from ${formatMicros(first)} on.`);
  if (outcomes.length < stocks.length) notes.push(lookedAt(outcomes.length, stocks.length));
  if (!isAll) notes.push(onlyFirst(ask));
  if (outcomes.some(({ isComplete }) => !isComplete)) {
    const since = firstTick > start ? `; the first one is of ${formatMicros(firstTick)}` : '';
    notes.push(`Ticks are missing in this range${since}.`);
  }
  return notes;
}

function lookedAt(count: number, stocks: number): string {
  return `Of ${stocks} stocks ${count} were looked at, in the time that an answer may take.`;
}

function onlyFirst({ limits }: PreviewAsk): string {
  return `Only the first ${limits.stocks} stocks were looked at.`;
}

interface FoundStocks {
  readonly stocks: readonly StockOfPreview[];
  readonly isAll: boolean;
  /** The time of their first tick. */
  readonly first: EpochMicros;
}

async function stocksOf({ reader, rule, signal, limits }: PreviewAsk): Promise<FoundStocks> {
  const found = await watchedStocks(reader, rule, limits.stocks + 1, { signal });
  const stocks = found.slice(0, limits.stocks).map(({ stock, exchange }) => ({ stock, exchange }));
  const first = Math.min(...found.map(({ firstTime }) => firstTime)) as EpochMicros;
  return { stocks, isAll: found.length <= limits.stocks, first };
}

function placeOf({ exchange, stock, time, price, text }: AlertFired): AlertPreview['places'][number] {
  return {
    exchange_name: exchange === '' ? null : exchange,
    stock_name: stock === '' ? null : stock,
    timestamp: formatMicros(time),
    price: price ?? null,
    text,
  };
}
