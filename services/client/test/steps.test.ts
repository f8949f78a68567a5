import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { stepScope } from '../src/moment/step-scope.ts';
import { findStep, hasSteps, type StepScope, type StepTo, type StepWay } from '../src/moment/steps.ts';

const T0 = Date.parse('2026-11-22T10:00:00Z') * 1000;
const DAY = 86_400e6;
const ALL: StepScope = { stocks: [], exchange: undefined };
const AAPL: StepScope = { stocks: ['AAPL'], exchange: undefined };

function iso(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros - seconds * 1e6).padStart(6, '0')}Z`;
}

interface Known {
  /** Times of ticks by stock, of holes with their ends, of marks by stock; all µs. */
  readonly ticks: Readonly<Record<string, readonly number[]>>;
  readonly holes: readonly (readonly [number, number])[];
  readonly marks: Readonly<Record<string, readonly number[]>>;
}

let known: Known = { ticks: {}, holes: [], marks: {} };
let asked: string[] = [];

/** Answers as the API does: both bounds are inclusive; holes by time; of too many marks the newest. */
function answer(path: string): Response {
  asked.push(path);
  const { pathname, searchParams: query } = new URL(path, 'http://page');
  const bound = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
  const [start, end] = [bound('start_time', 0), bound('end_time', Number.POSITIVE_INFINITY)];
  const [, , resource = '', stock = ''] = pathname.split('/');
  const inRange = (times: readonly number[] = []) => times.filter((time) => time >= start && time <= end);
  const told = (times: readonly number[]): Response => Response.json(times.map((time) => ({ timestamp: iso(time) })));
  const all = Object.values(known.ticks).flat();
  const limit = bound('limit', 1000);
  switch (resource) {
    case 'prices':
      return told(sorted(inRange(known.ticks[stock]), query.get('order') === 'desc').slice(0, limit));
    case 'ticks':
      return told(sorted(inRange(all)).slice(0, limit));
    case 'board':
      return told(
        sorted(
          all.filter((time) => time <= bound('time', 0)),
          true,
        ).slice(0, limit),
      );
    case 'outliers':
      return told(sorted(inRange(known.marks[stock])).slice(-1000));
    case 'gaps': {
      const first = bound('cursor', 0);
      const here = known.holes.filter(([from, to]) => to >= start && from <= end);
      const page = here.slice(first, first + limit);
      const more = first + limit < here.length;
      query.set('cursor', String(first + limit));
      return Response.json(
        page.map(([from, to]) => ({ from_time: iso(from), to_time: iso(to) })),
        more ? { headers: { link: `<${pathname}?${query}>; rel="next"` } } : {},
      );
    }
    default:
      return Response.json({ detail: `no ${path}` }, { status: 404 });
  }
}

function sorted(times: readonly number[], descending = false): readonly number[] {
  return times.toSorted((a, b) => (descending ? b - a : a - b));
}

function step(to: StepTo, way: StepWay, from: number, scope: StepScope = AAPL): Promise<number | undefined> {
  return findStep(to, way, from, scope, new AbortController().signal);
}

describe('a step of the time bar', () => {
  beforeEach(() => {
    asked = [];
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
  });
  afterEach(() => mock.restoreAll());

  it('leads to the next and the previous tick of the stock that is looked at, to the microsecond', async () => {
    known = { ticks: { AAPL: [T0, T0 + 7, T0 + 9e6], MSFT: [T0 + 1] }, holes: [], marks: {} };
    assert.equal(await step('tick', 'next', T0), T0 + 7);
    assert.equal(await step('tick', 'next', T0 + 7), T0 + 9e6);
    assert.equal(await step('tick', 'next', T0 + 9e6), undefined);
    assert.equal(await step('tick', 'previous', T0 + 9e6), T0 + 7);
    // Amid two ticks: the one that is seen.
    assert.equal(await step('tick', 'previous', T0 + 5e6), T0 + 7);
    assert.equal(await step('tick', 'previous', T0), undefined);
  });

  it('leads to the next and the previous tick of any stock on a board', async () => {
    known = { ticks: { AAPL: [T0, T0 + 7], MSFT: [T0 + 3] }, holes: [], marks: {} };
    assert.equal(await step('tick', 'next', T0, ALL), T0 + 3);
    assert.equal(await step('tick', 'previous', T0 + 7, ALL), T0 + 3);
    await step('tick', 'next', T0, { stocks: [], exchange: 'NYSE' });
    assert.match(asked.at(-1) ?? '', /exchange=NYSE/);
  });

  it('leads to the nearest of several stocks', async () => {
    known = { ticks: { AAPL: [T0, T0 + 7], MSFT: [T0 + 3] }, holes: [], marks: { AAPL: [T0 + 7], MSFT: [T0 + 3] } };
    const both = { stocks: ['AAPL', 'MSFT'], exchange: undefined };
    assert.equal(await step('tick', 'next', T0, both), T0 + 3);
    assert.equal(await step('tick', 'previous', T0 + 9, both), T0 + 7);
    assert.equal(await step('mark', 'next', T0, both), T0 + 3);
  });

  it('leads to where a hole begins, whatever holes go on at that time', async () => {
    known = {
      ticks: {},
      marks: {},
      holes: [
        [T0, T0 + 10 * DAY],
        [T0 + DAY, T0 + DAY + 1e6],
        [T0 + 8 * DAY, T0 + 8 * DAY + 1e6],
      ],
    };
    assert.equal(await step('hole', 'next', T0), T0 + DAY);
    assert.equal(await step('hole', 'next', T0 + DAY), T0 + 8 * DAY);
    assert.equal(await step('hole', 'next', T0 + 8 * DAY), undefined);
    // The long one began before, and reaches nearer.
    assert.equal(await step('hole', 'previous', T0 + 7 * DAY), T0 + DAY);
    assert.equal(await step('hole', 'previous', T0 + DAY), T0);
    assert.equal(await step('hole', 'previous', T0), undefined);
    assert.ok(asked.every((path) => path.includes('stock=AAPL')));
  });

  it('reads on where more holes go on than one answer tells', async () => {
    const long = Array.from({ length: 1500 }, (_, index): [number, number] => [T0 + index, T0 + DAY]);
    known = { ticks: {}, marks: {}, holes: [...long, [T0 + 3000, T0 + 3001]] };
    assert.equal(await step('hole', 'next', T0 + 2000, ALL), T0 + 3000);
    assert.equal(await step('hole', 'previous', T0 + 2000, ALL), T0 + 1499);
  });

  it('leads to the next mark also where there are more than one answer tells, and to none on a board', async () => {
    const marks = Array.from({ length: 2500 }, (_, index) => T0 + index * 1000);
    known = { ticks: {}, holes: [], marks: { AAPL: marks } };
    assert.equal(await step('mark', 'next', T0), T0 + 1000);
    assert.equal(await step('mark', 'next', T0 + 2499 * 1000), undefined);
    assert.equal(await step('mark', 'previous', T0 + 5500), T0 + 5000);
    assert.equal(await step('mark', 'previous', T0), undefined);
    assert.equal(hasSteps('mark', ALL), false);
    assert.equal(hasSteps('mark', AAPL), true);
    assert.equal(await step('mark', 'next', T0, ALL), undefined);
  });
});

describe('what steps lead along', () => {
  const along = (address: string): StepScope => {
    const { pathname, searchParams } = new URL(address, 'http://page');
    return stepScope(pathname, searchParams);
  };

  it('is what the page shows: one stock, several, or all of an exchange', () => {
    assert.deepEqual(along('/stock/AAPL?exchange=NYSE'), { stocks: ['AAPL'], exchange: 'NYSE' });
    assert.deepEqual(along('/split?charts=AAPL:5m~MSFT@NASDAQ~AAPL'), {
      stocks: ['AAPL', 'MSFT'],
      exchange: undefined,
    });
    assert.deepEqual(along('/history?stock=TSLA'), { stocks: ['TSLA'], exchange: undefined });
    assert.deepEqual(along('/?exchange=NYSE'), { stocks: [], exchange: 'NYSE' });
    assert.deepEqual(along('/system'), { stocks: [], exchange: undefined });
  });
});
