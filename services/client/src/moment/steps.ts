import { type Gap, type Outliers, parseTime } from '@tickwatch/core';
import { getJson, type Parameters } from '../api/http.ts';
import { nextCursor } from '../api/next-page.ts';

/** What a step leads to: a tick, the begin of a hole, or a tick that is marked as far from the others. */
export type StepTo = 'tick' | 'hole' | 'mark';
export type StepWay = 'next' | 'previous';

/** Of what the steps are: of these stocks, or, where none is named, of all. */
export interface StepScope {
  readonly stocks: readonly string[];
  /** Only this exchange; undefined: all of them. */
  readonly exchange: string | undefined;
}

/** Holes that one answer may name, and answers that are read for one step. */
const HOLES = 1000;
const MOST_ANSWERS = 20;
/** More marks are never in one answer: the newest are. */
const MOST_MARKS = 1000;
/** How far back holes are looked for at first, and how much farther each time; µs. */
const FIRST_BACK = 3600e6;
const FARTHER = 16;

/** Whether there are steps of this kind: marks are told stock by stock. */
export function hasSteps(to: StepTo, { stocks }: StepScope): boolean {
  return to !== 'mark' || stocks.length > 0;
}

/**
 * The moment that a step leads to, epoch µs; undefined: there is none.
 * @param from epoch µs; what is at this moment is where one is already
 */
export async function findStep(
  to: StepTo,
  way: StepWay,
  from: number,
  scope: StepScope,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { stocks, exchange } = scope;
  const find = STEPS[to][way];
  const each: readonly (string | undefined)[] = stocks.length === 0 ? [undefined] : stocks;
  const found = await Promise.all(each.map((stock) => find({ stock, exchange, from, signal })));
  const times = found.filter((time) => time !== undefined);
  if (times.length === 0) return undefined;
  return way === 'next' ? Math.min(...times) : Math.max(...times);
}

interface Question {
  /** undefined: all stocks. */
  readonly stock: string | undefined;
  readonly exchange: string | undefined;
  readonly from: number;
  readonly signal: AbortSignal;
}

type Find = (question: Question) => Promise<number | undefined>;

const STEPS: Readonly<Record<StepTo, Readonly<Record<StepWay, Find>>>> = {
  tick: { next: nextTick, previous: previousTick },
  hole: { next: nextHole, previous: previousHole },
  mark: { next: nextMark, previous: previousMark },
};

async function nextTick({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  const path = stock === undefined ? '/api/ticks' : pricesOf(stock);
  return await firstTime(path, { start_time: String(from + 1), exchange, limit: 1 }, signal);
}

async function previousTick({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  const before = String(from - 1);
  if (stock !== undefined)
    return await firstTime(pricesOf(stock), { end_time: before, exchange, order: 'desc', limit: 1 }, signal);
  const newest = { sort: 'time', order: 'desc', limit: 1, sparkline: 'none' };
  return await firstTime('/api/board', { time: before, exchange, ...newest }, signal);
}

async function nextHole({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  // Those that began before are told too, and first.
  for await (const begins of holeBegins({ start_time: String(from + 1), exchange, stock }, signal)) {
    const ahead = begins.filter((time) => time > from);
    if (ahead.length > 0) return Math.min(...ahead);
  }
  return undefined;
}

async function previousHole({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  for (let back = FIRST_BACK; ; back *= FARTHER) {
    const start = from - back;
    const isAll = start <= 0;
    let last: number | undefined;
    const range = { start_time: isAll ? undefined : String(start), end_time: String(from - 1) };
    for await (const begins of holeBegins({ ...range, exchange, stock }, signal)) {
      // One that began before the range may have begun before others that ended before it.
      for (const time of begins) if (time < from && (isAll || time >= start)) last = Math.max(last ?? time, time);
    }
    if (last !== undefined || isAll) return last;
  }
}

/** When holes begin, answer by answer. */
async function* holeBegins(question: Parameters, signal: AbortSignal): AsyncGenerator<readonly number[]> {
  let cursor: string | undefined;
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const { body, headers } = await getJson<readonly Gap[]>(
      '/api/gaps',
      { ...question, limit: HOLES, cursor },
      signal,
      'now',
    );
    yield body.map(({ from_time }) => parseTime(from_time) ?? 0);
    cursor = nextCursor(headers);
    if (cursor === undefined) return;
  }
}

async function nextMark({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  let first: number | undefined;
  let end: number | undefined;
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const marks = await markTimes(stock, { start_time: String(from + 1), end_time: end, exchange }, signal);
    first = marks[0] ?? first;
    if (marks.length < MOST_MARKS || first === undefined) break;
    end = first - 1;
    if (end <= from) break;
  }
  return first;
}

async function previousMark({ stock, exchange, from, signal }: Question): Promise<number | undefined> {
  return (await markTimes(stock, { end_time: String(from - 1), exchange }, signal)).at(-1);
}

async function markTimes(
  stock: string | undefined,
  question: Parameters,
  signal: AbortSignal,
): Promise<readonly number[]> {
  if (stock === undefined) return [];
  const { body } = await getJson<Outliers>(`/api/outliers/${encodeURIComponent(stock)}`, question, signal, 'now');
  return body.map(({ timestamp }) => parseTime(timestamp) ?? 0);
}

async function firstTime(path: string, question: Parameters, signal: AbortSignal): Promise<number | undefined> {
  const { body } = await getJson<readonly { readonly timestamp: string }[]>(path, question, signal, 'now');
  return body[0] === undefined ? undefined : parseTime(body[0].timestamp);
}

function pricesOf(stock: string): string {
  return `/api/prices/${encodeURIComponent(stock)}`;
}
