import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CalendarOf, EpochMicros, SessionCalendar } from '@tickwatch/core';
import fc from 'fast-check';
import { touches } from '../src/intervals.ts';
import { missingIn } from '../src/reader/coverage/completeness.ts';
import type { CoverageFacts } from '../src/reader/coverage/coverage-facts.ts';
import type { Known } from '../src/reader/snapshot.ts';
import { type MissingCase, missingCase } from './missing-cases.ts';
import { CELL, missingCells } from './missing-oracle.ts';

const STOCK = 'AAPL';
/** The first moment; µs. */
const ZERO = 1_700_000_000_000_000;
const at = (moment: number): number => ZERO + moment * CELL;

describe('what is missing in a range', () => {
  it('is what an oracle finds that looks at each moment', () => {
    fc.assert(
      fc.property(missingCase, (one) => {
        const exchange = one.exchanges.length === 1 ? one.exchanges[0] : undefined;
        // Without an exchange, those count that have ticks of the stock.
        const first = new Map(one.exchanges.map((name) => [name, one.firstTicks.get(name) ?? 0]));
        const asked = exchange === undefined ? { ...one, firstTicks: first } : one;
        const wanted = missingCells(asked);
        const span = { from: at(one.start), until: at(one.end) + 1 };
        const question = { stock: STOCK, exchange };
        const calendarOf = calendarsOf(one);
        const options = { calendarOf, now: at(one.now) };
        const missing = missingIn(factsOf(asked), knownOf(one, calendarOf), question, span, options);
        assert.equal(missing.complete, wanted.size === 0);
        const found = missing.within(span);
        for (let cell = 2 * one.start; cell <= 2 * one.end; cell++) {
          const from = at(Math.floor(cell / 2)) + (cell % 2);
          const until = cell % 2 === 0 ? from + 1 : at((cell + 1) / 2);
          assert.equal(touches(found, { from, until }), wanted.has(cell), `cell ${cell}`);
        }
        for (const hole of missing.holes) {
          assert.ok(hole.from >= span.from && hole.until <= span.until && hole.from < hole.until);
          assert.ok(
            wanted.has(cellOf(hole.from)) && wanted.has(cellOf(hole.until - 1)),
            'a hole begins and ends with what is missing',
          );
        }
      }),
      { numRuns: 5000 },
    );
  });
});

function cellOf(time: number): number {
  const moment = Math.floor((time - ZERO) / CELL);
  return 2 * moment + (time === at(moment) ? 0 : 1);
}

function factsOf(one: MissingCase): CoverageFacts {
  const times = (entries: Iterable<readonly [string, number]>) =>
    new Map([...entries].map(([name, moment]) => [name, at(moment)]));
  return {
    head: { committed: new Map(), rawFrom: undefined },
    exchanges: one.exchanges,
    firstTicks: times(one.firstTicks),
    listenedFrom: times([...one.listening].map(([name, { listened }]) => [name, listened])),
    lanes: [...one.listening].map(([name, { listened, edge }]) => ({
      lane: `${name}/0`,
      lanes: 1,
      coveredUntil: at(edge?.at ?? listened),
      lastTime: at(edge?.lastTick ?? listened),
    })),
    spans: one.spans.map(({ exchange, source, from, to }) => ({ exchange, source, from: at(from), until: at(to) + 1 })),
    holes: one.holes.map(({ from, to, ...hole }, id) => ({
      ...hole,
      id,
      lane: `${hole.exchange}/0`,
      from: at(from),
      until: at(to) + 1,
      ticks: { from: true, until: true },
      fromSeq: undefined,
      toSeq: undefined,
      reason: 'not_listening',
    })),
    hasMoreHoles: false,
  };
}

function knownOf({ listening }: MissingCase, calendarOf: CalendarOf): Known {
  const wanted = new Set(['NASDAQ/0', 'NYSE/0']);
  const isLive = (lane: string): boolean => listening.get(lane.slice(0, -2))?.edge === undefined;
  return {
    reach: { position: new Map(), tailComplete: true, rawFrom: undefined },
    tail: [],
    lanes: { committed: new Map(), wanted, usable: new Set([...wanted].filter(isLive)), holes: [], nodes: 1 },
    calendarOf,
    noMinutes: undefined,
  };
}

function calendarsOf({ sessions }: MissingCase): CalendarOf {
  if (sessions === undefined) return () => undefined;
  const all = sessions.map(([open, close]) => ({
    day: '2026-11-27',
    open: at(open) as EpochMicros,
    close: at(close) as EpochMicros,
    kind: 'regular' as const,
  }));
  const calendar: SessionCalendar = {
    name: 'TEST',
    timeZone: 'UTC',
    between: (from, until) => all.filter(({ open, close }) => open < until && close > from),
    isOpen: (time) => all.some(({ open, close }) => open <= time && time < close),
    lastOpened: (time) => all.findLast(({ open }) => open <= time),
  };
  return () => calendar;
}
