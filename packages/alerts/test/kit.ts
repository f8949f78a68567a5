import type { AlertCondition, DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { createLaneJudge, type JudgedRule, type JudgeStart, type LaneJudge } from '../src/index.ts';

export const EXCHANGE = 'NASDAQ';
/** 2026-11-27T15:00:00Z. */
export const NOON = 1_795_791_600_000_000;

export function micros(seconds: number): EpochMicros {
  return Math.round(NOON + seconds * 1e6) as EpochMicros;
}

export function rule(condition: AlertCondition, more: Partial<JudgedRule> = {}): JudgedRule {
  return {
    id: '6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11',
    name: 'a rule',
    revision: 1,
    begins: 0 as EpochMicros,
    condition,
    exchange: undefined,
    stocks: undefined,
    once: false,
    rearmSeconds: 0,
    active: undefined,
    expires: undefined,
    snoozedUntil: undefined,
    ...more,
  };
}

export function judgeOf(rules: readonly JudgedRule[], more: Partial<JudgeStart> = {}): LaneJudge {
  return createLaneJudge({ exchange: EXCHANGE, seq: 0, rules, phases: [], memory: [], ...more });
}

export function tick(seq: number, price: string | number, seconds = seq, stock = 'AAPL'): SequencedTick {
  return { stock, exchange: EXCHANGE, price: String(price) as DecimalText, time: micros(seconds), seq };
}

/** Judges ticks one a second from the first on, each received when it says. @returns sentences, in order */
export function firedBy(judge: LaneJudge, ticks: readonly SequencedTick[]): readonly string[] {
  return ticks.flatMap((each) =>
    judge.take([each], each.time).flatMap(({ firing }) => (firing === undefined ? [] : [firing.text])),
  );
}

/** Ticks of these prices, one a second. */
export function prices(...all: readonly (string | number)[]): readonly SequencedTick[] {
  return all.map((price, i) => tick(i + 1, price));
}
