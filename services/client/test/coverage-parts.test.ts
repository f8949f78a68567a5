import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hole } from '@tickwatch/core';
import { type CoverageFacts, type CoveragePart, coverageParts } from '../src/stock/coverage-parts.ts';
import { partText } from '../src/stock/coverage-text.ts';
import { partAt, placedParts } from '../src/stock/placed-parts.ts';

const MINUTE = 60;

function hole(from: number, to: number | undefined, reason: Hole['reason'] = 'not_listening'): Hole {
  const at = (minute: number) => new Date(minute * MINUTE * 1000).toISOString();
  return {
    ...{ exchange_name: 'NASDAQ', from_time: at(from), to_time: to === undefined ? null : at(to) },
    ...{ reason, messages: null },
  };
}

/** Facts of the minutes 0 to 100, all of them answered. */
function facts(more: Partial<CoverageFacts> = {}): CoverageFacts {
  const answered = { from: 0, to: Number.POSITIVE_INFINITY };
  return { holes: [], closed: [], answered, now: 100 * MINUTE, ...more };
}

const minutes = (parts: readonly CoveragePart[]) =>
  parts.map(({ kind, from, to }) => [kind, from / MINUTE, to / MINUTE]);
const HOUR_AND_MORE = { from: 0, to: Number.POSITIVE_INFINITY };

describe('the parts of a coverage', () => {
  it('fill the time up to now without a gap, and tell closed, missing, refused and unknown apart', () => {
    const closed = [{ from: 50 * MINUTE, to: 60 * MINUTE }];
    const holes = [hole(10, 20), hole(30, 31, 'refused'), hole(40, 45, 'unknown'), hole(90, undefined)];
    assert.deepEqual(minutes(coverageParts(HOUR_AND_MORE, facts({ holes, closed }))), [
      ['covered', 0, 10],
      ['missing', 10, 20],
      ['covered', 20, 30],
      ['refused', 30, 31],
      ['covered', 31, 40],
      ['unknown', 40, 45],
      ['covered', 45, 50],
      ['closed', 50, 60],
      ['covered', 60, 90],
      ['missing', 90, 100],
    ]);
  });

  it('have the gravest kind where holes lie over each other, and name them all', () => {
    const parts = coverageParts(HOUR_AND_MORE, facts({ holes: [hole(10, 30, 'refused'), hole(20, 40)] }));
    assert.deepEqual(
      parts.map(({ kind, holes }) => [kind, holes.length]),
      [
        ['covered', 0],
        ['refused', 1],
        ['missing', 2],
        ['missing', 1],
        ['covered', 0],
      ],
    );
  });

  it('call nothing covered that no answer is about, nor what lies behind a full list of holes', () => {
    const answered = { from: 20 * MINUTE, to: 80 * MINUTE };
    assert.deepEqual(minutes(coverageParts(HOUR_AND_MORE, facts({ answered }))), [
      ['asking', 0, 20],
      ['covered', 20, 80],
      ['asking', 80, 100],
    ]);
    const holes = Array.from({ length: 100 }, () => hole(30, 31));
    assert.deepEqual(minutes(coverageParts(HOUR_AND_MORE, facts({ holes }))).at(-1), ['asking', 31, 100]);
  });

  it('are seen however short they are, never over each other, and one where many are at one place', () => {
    const holes = [hole(10, 10), hole(10.01, 10.02), hole(50, 50, 'refused'), hole(99.99, 100)];
    const parts = placedParts(coverageParts(HOUR_AND_MORE, facts({ holes })), (time) => time / MINUTE, 100);
    const grave = parts.filter((part) => part.holes.length > 0);
    assert.deepEqual(
      grave.map((part) => [part.kind, part.holes.length]),
      [
        ['missing', 2],
        ['refused', 1],
        ['missing', 1],
      ],
    );
    for (const [index, part] of parts.entries()) {
      assert.ok(part.right - part.left >= 3 && part.right <= 100, `${part.kind} from ${part.left} to ${part.right}`);
      assert.ok((parts[index + 1]?.left ?? 100) >= part.right, `over the next at ${part.right}`);
    }
    assert.equal(partAt(parts, 50 * MINUTE)?.kind, 'refused');
  });

  it('say when, and why, in words', () => {
    const [, part] = coverageParts(HOUR_AND_MORE, facts({ holes: [{ ...hole(10, 20), messages: 1234 }] }));
    assert.ok(part !== undefined);
    assert.match(
      partText('utc', part),
      /^Missing, .*00:10:00 to 00:20:00, 10 min: nobody was listening, 1,234 messages$/,
    );
  });
});
