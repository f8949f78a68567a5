import type { AlertPhase, EpochMicros, SequencedTick } from '@tickwatch/core';
import { tickKey } from './firing-id.ts';
import type { AlertChange, JudgedHole, SystemMeasures } from './lane-judge.ts';
import { holeText, outlierText, systemText } from './sentences.ts';
import { ARMED, Subject, type WatchedRule } from './subject.ts';

const ABOVE = 'above';

/**
 * Rules on what others find: `hole` fires for each one, `outlier` for each tick that is marked, `system` where its measure gets above its
 * bound, and is armed again where it is not above.
 */
export class FoundWatches {
  readonly #exchange: string;
  readonly #takeKnown: (ruleId: string, stock: string) => AlertPhase | undefined;
  readonly #rules = new Map<string, WatchedRule>();
  /** By rule, then stock. */
  readonly #subjects = new Map<string, Map<string, Subject>>();

  constructor(exchange: string, takeKnown: (ruleId: string, stock: string) => AlertPhase | undefined) {
    this.#exchange = exchange;
    this.#takeKnown = takeKnown;
  }

  add(watched: WatchedRule): void {
    this.#rules.set(watched.rule.id, watched);
  }

  remove(ruleId: string): void {
    this.#rules.delete(ruleId);
    this.#subjects.delete(ruleId);
  }

  join(other: FoundWatches): void {
    for (const [id, watched] of other.#rules) this.#rules.set(id, watched);
    for (const [id, subjects] of other.#subjects) this.#subjects.set(id, subjects);
  }

  hole(hole: JudgedHole, receivedAt: EpochMicros, seq: number, changes: AlertChange[]): void {
    const occasion = { seq, receivedAt, time: hole.from, tickSeq: undefined, price: undefined };
    for (const watched of this.#rules.values()) {
      if (watched.rule.condition.type !== 'hole') continue;
      // Of whatever lane: what several lanes miss for one reason is told once.
      const key = `${hole.from} ${hole.to} ${hole.reason}`;
      const transition = { kind: 'hole', key, text: holeText(this.#exchange, hole) };
      this.#subject(watched, '').become(ARMED, occasion, transition, changes);
    }
  }

  outlier(tick: SequencedTick, median: number, receivedAt: EpochMicros, changes: AlertChange[]) {
    const { stock, time, price, seq } = tick;
    const occasion = { seq, receivedAt, time, tickSeq: seq, price };
    for (const watched of this.#rules.values()) {
      const { condition, stocks } = watched.rule;
      if (condition.type !== 'outlier' || (stocks !== undefined && !stocks.includes(stock))) continue;
      const transition = { kind: 'outlier', key: tickKey(tick), text: outlierText(stock, price, median) };
      this.#subject(watched, stock).become(ARMED, occasion, transition, changes);
    }
  }

  measured(measures: SystemMeasures, now: EpochMicros, seq: number, changes: AlertChange[]): void {
    const occasion = { seq, receivedAt: now, time: now, tickSeq: undefined, price: undefined };
    for (const watched of this.#rules.values()) {
      const { condition, begins } = watched.rule;
      const value = condition.type === 'system' ? measures[condition.measure] : undefined;
      if (condition.type !== 'system' || value === undefined || now < begins) continue;
      const subject = this.#subject(watched, '');
      if (value <= condition.above) {
        if (!subject.isDone) subject.become(ARMED, occasion, undefined, changes);
      } else if (subject.phase !== ABOVE) {
        const text = systemText(this.#exchange, condition.measure, value, condition.above);
        subject.become(ABOVE, occasion, { kind: condition.measure, key: now, text }, changes);
      }
    }
  }

  #subject(watched: WatchedRule, stock: string): Subject {
    const { id } = watched.rule;
    let subjects = this.#subjects.get(id);
    if (subjects === undefined) {
      subjects = new Map();
      this.#subjects.set(id, subjects);
    }
    let subject = subjects.get(stock);
    if (subject === undefined) {
      subject = new Subject(watched, this.#exchange, stock, this.#takeKnown(id, stock));
      subjects.set(stock, subject);
    }
    return subject;
  }
}
