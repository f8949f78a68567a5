import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlertCondition, DecimalText, EpochMicros, StockMemory } from '@tickwatch/core';
import fc from 'fast-check';
import { type AlertChange, createLaneJudge, type JudgedRule, type LaneJudge, memoryNeeds } from '../src/index.ts';
import { EXCHANGE, judgeOf, rule } from './kit.ts';
import { type Arrival, oracle } from './oracle.ts';
import { memoryOf } from './stored.ts';

/** Ten minutes before midnight. */
const START = 1_795_823_400_000_000;

const direction = fc.constantFrom('up', 'down', 'either');
const hysteresis = fc.constantFrom('0', '1', '2');
const conditions: fc.Arbitrary<AlertCondition> = fc.oneof(
  fc.record({
    type: fc.constant('price_crosses'),
    direction,
    level: fc.integer({ min: 96, max: 104 }).map(String),
    hysteresis,
  }),
  fc.record({
    type: fc.constant('price_moves'),
    direction,
    by: fc.constantFrom('3', '4'),
    unit: fc.constantFrom('percent', 'price'),
    within_seconds: fc.constantFrom(1, 20, 300, 600, 601, 1800),
    hysteresis,
  }),
  fc.record({ type: fc.constant('new_extreme'), extreme: fc.constantFrom('high', 'low'), days: fc.constantFrom(1, 2) }),
  fc.record({ type: fc.constant('tick_rate'), above: fc.constantFrom(1, 3) }),
) as fc.Arbitrary<AlertCondition>;

/** Each a while after the one before; how far back or ahead its own time is. */
function arrivalsOf(aheadSeconds: number): fc.Arbitrary<readonly Arrival[]> {
  const one = fc.record({
    after: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(0, 60, 400, 86_400)),
    shift: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: -1500, max: 0 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: aheadSeconds }) },
    ),
    price: fc.integer({ min: 95, max: 105 }),
  });
  return fc.array(one, { minLength: 1, maxLength: 60 }).map((parts) => {
    let seconds = 0;
    return parts.map(({ after, shift, price }, i) => {
      seconds += after;
      const receivedAt = (START + seconds * 1e6) as EpochMicros;
      const time = (receivedAt + shift * 1e6) as EpochMicros;
      return {
        receivedAt,
        tick: { stock: 'AAPL', exchange: EXCHANGE, price: String(price) as DecimalText, time, seq: i + 1 },
      };
    });
  });
}

function takeAll(judge: LaneJudge, arrivals: readonly Arrival[]): readonly AlertChange[] {
  return arrivals.flatMap(({ tick, receivedAt }) => judge.take([tick], receivedAt));
}

/** Which tick fired which way; the kind is told by the sentence alone. */
function firedSeqs(changes: readonly AlertChange[]): readonly (number | undefined)[] {
  return changes.flatMap(({ firing }) => (firing === undefined ? [] : [firing.seq]));
}

function restarted(
  rules: readonly JudgedRule[],
  before: readonly Arrival[],
  changes: readonly AlertChange[],
): LaneJudge {
  const memory: readonly StockMemory[] = memoryOf(
    before.map(({ tick }) => tick),
    memoryNeeds(rules),
  );
  const phases = changes.map(({ phase }) => phase);
  return createLaneJudge({ exchange: EXCHANGE, seq: before.length, rules, phases, memory });
}

describe('A judge', () => {
  it('fires what looking through all ticks finds, with late ones and those that are dated ahead', () => {
    fc.assert(
      fc.property(conditions, arrivalsOf(240), (condition, arrivals) => {
        const changes = takeAll(judgeOf([rule(condition)]), arrivals);
        assert.deepEqual(
          firedSeqs(changes),
          oracle(condition, arrivals).map(({ seq }) => seq),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('goes on as if it had never been away, from what is stored', () => {
    fc.assert(
      fc.property(conditions, arrivalsOf(0), fc.nat(60), (condition, arrivals, at) => {
        const rules = [rule(condition)];
        const before = arrivals.slice(0, at);
        const changes = takeAll(judgeOf(rules), before);
        const after = takeAll(restarted(rules, before, changes), arrivals.slice(at));
        assert.deepEqual(
          firedSeqs([...changes, ...after]),
          oracle(condition, arrivals).map(({ seq }) => seq),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('judges rules that another one brought along as if they had been its own', () => {
    fc.assert(
      fc.property(conditions, conditions, arrivalsOf(0), fc.nat(60), (first, second, arrivals, at) => {
        const rules = [rule(first), rule(second, { id: 'another' })] as const;
        const before = arrivals.slice(0, at);
        const judge = judgeOf([rules[0]]);
        const changes = takeAll(judge, before);
        const other = restarted([rules[1]], before, takeAll(judgeOf([rules[1]]), before));
        judge.join(other);
        const all = [...changes, ...takeAll(judge, arrivals.slice(at))];
        const ofFirst = all.filter(({ phase }) => phase.ruleId === rules[0].id);
        const ofSecond = all.filter(({ phase }) => phase.ruleId === 'another');
        assert.deepEqual(
          firedSeqs(ofFirst),
          oracle(first, arrivals).map(({ seq }) => seq),
        );
        const due = oracle(second, arrivals).map(({ seq }) => seq);
        assert.deepEqual(
          firedSeqs(ofSecond),
          due.filter((seq) => seq > at),
        );
      }),
      { numRuns: 300 },
    );
  });
});
