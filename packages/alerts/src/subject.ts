import {
  type AlertFired,
  type AlertPhase,
  type DecimalText,
  type EpochMicros,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import { isActive } from './active-hours.ts';
import { firingId } from './firing-id.ts';
import type { JudgedRule } from './judged-rule.ts';
import type { AlertChange } from './lane-judge.ts';

/** The phase in which a rule can fire; the only one of which no row is needed, as long as it never fired. */
export const ARMED = 'armed';

/** A rule on a lane. What changes of it without a new revision changes here for all of its subjects. */
export interface WatchedRule {
  rule: JudgedRule;
}

/** What makes a rule change its mind on a subject. */
export interface Occasion {
  /** Of the tick at or behind which it is. */
  readonly seq: number;
  readonly receivedAt: EpochMicros;
  /** What is told: the tick's own time, or the moment at which it became so. */
  readonly time: EpochMicros;
  /** Of the tick that it is about, if it is about one. */
  readonly tickSeq: number | undefined;
  readonly price: DecimalText | undefined;
}

/** What fires, if it may. */
export interface Transition {
  /** With `key` it tells firings of a rule and subject apart: whoever judges it again finds the same two. */
  readonly kind: string;
  readonly key: number | string;
  /** The sentence that is told. */
  readonly text: string;
}

/** What a rule knows of a subject, and whether it may fire for it. */
export class Subject {
  readonly watched: WatchedRule;
  readonly exchange: string;
  readonly stock: string;
  phase: string;
  firedAt: EpochMicros | undefined;

  constructor(watched: WatchedRule, exchange: string, stock: string, known: AlertPhase | undefined) {
    this.watched = watched;
    this.exchange = exchange;
    this.stock = stock;
    this.phase = known?.phase ?? ARMED;
    this.firedAt = known?.firedAt;
  }

  /** It fires once, and has. */
  get isDone(): boolean {
    return this.firedAt !== undefined && this.watched.rule.once;
  }

  /** As it is kept; `undefined`: no row says the same. */
  get row(): AlertPhase | undefined {
    const { phase, exchange, stock, firedAt } = this;
    if (phase === ARMED && firedAt === undefined) return undefined;
    const { id, revision } = this.watched.rule;
    return { ruleId: id, revision, exchange, stock, phase, firedAt };
  }

  /**
   * It is in another phase, or the same one again; with a transition it fires, where it may.
   * @param changes gets what has to be kept; nothing where nothing changed
   */
  become(phase: string, occasion: Occasion, transition: Transition | undefined, changes: AlertChange[]): void {
    const firing =
      transition !== undefined && this.mayFire(occasion.receivedAt) ? this.#firing(occasion, transition) : undefined;
    if (firing === undefined && phase === this.phase) return;
    this.phase = phase;
    if (firing !== undefined) this.firedAt = occasion.receivedAt;
    const { id, revision } = this.watched.rule;
    const { exchange, stock, firedAt } = this;
    const row = { ruleId: id, revision, exchange, stock, phase, firedAt };
    changes.push({ seq: occasion.seq, phase: row, firing });
  }

  /** By the time of arrival. */
  mayFire(receivedAt: EpochMicros): boolean {
    const { begins, once, rearmSeconds, expires, snoozedUntil, active } = this.watched.rule;
    if (receivedAt < begins) return false;
    if (this.firedAt !== undefined) {
      if (once || receivedAt < this.firedAt + rearmSeconds * MICROS_PER_SECOND) return false;
    }
    if (expires !== undefined && receivedAt >= expires) return false;
    if (snoozedUntil !== undefined && receivedAt < snoozedUntil) return false;
    return active === undefined || isActive(active, receivedAt);
  }

  #firing({ time, tickSeq, price }: Occasion, { kind, key, text }: Transition): AlertFired {
    const { id, revision, name } = this.watched.rule;
    const { exchange, stock } = this;
    return {
      id: firingId([id, revision, exchange, stock, kind, key]),
      ruleId: id,
      ruleName: name,
      exchange,
      stock,
      time,
      seq: tickSeq,
      price,
      text,
    };
  }
}
