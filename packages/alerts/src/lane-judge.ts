import type { AlertFired, AlertPhase, EpochMicros, SequencedTick, StockMemory } from '@tickwatch/core';
import type { JudgedRule } from './judged-rule.ts';

/** What changed, with the number of the tick at (or behind) which it did: it is written with that tick. */
export interface AlertChange {
  readonly seq: number;
  /** What is to be kept from now on. */
  readonly phase: AlertPhase;
  /** `undefined`: it changed in silence (armed again, or not allowed to fire). */
  readonly firing: AlertFired | undefined;
}

/** How it is at a moment, for what fires because nothing comes. */
export interface Moment {
  readonly now: EpochMicros;
  /** Since when the exchange is open; `undefined`: it is closed. An exchange without hours is always open. */
  readonly openSince: EpochMicros | undefined;
  /** Since when it is listened to without a break; `undefined`: it is not. */
  readonly listeningSince: EpochMicros | undefined;
  /** What `system` rules compare, where it is measured for this exchange (by one of its lanes). */
  readonly measures?: SystemMeasures;
}

/** What is not known now changes nothing. */
export interface SystemMeasures {
  /** Seconds of the last commit. */
  readonly insert_latency?: number | undefined;
  /** Ticks received and not stored. */
  readonly waiting?: number | undefined;
  /** Seconds since the exchange was last listened to; 0: it is. */
  readonly feed_lost?: number | undefined;
}

/**
 * Judges the ticks of a lane in the order of arrival. It holds no clock and does no I/O: the same ticks with the same rules
 * and memory make the same changes, whoever judges them. What each condition means exactly stands with its watch; of all of them:
 *
 * - A tick is late if it is older than its stock's newest, where that counts as no newer than its own arrival. A late one fires nothing and
 *   changes no phase, but is known from then on: it is within the windows, days and minutes of its time.
 * - Whether a rule may fire (its begin, hours, expiry, snooze, rest) is told by the time of arrival. Where it may not, its phase goes on
 *   changing in silence; before its begin it does not.
 * - Ids of firings follow from the rule, its revision, the subject and the tick (or the minute, the hole, the last tick before a silence): judged
 *   again, it is the same firing. Only of `system` they follow from the moment.
 */
export interface LaneJudge {
  /** Number of the last tick that was judged. */
  readonly judged: number;
  /** How many rules watch this lane. */
  readonly size: number;
  /** Takes ticks that were received together; those up to {@link judged} are passed over. @returns what changed, in order */
  take(ticks: readonly SequencedTick[], receivedAt: EpochMicros): readonly AlertChange[];
  /** What changes because time passes. */
  pass(moment: Moment): readonly AlertChange[];
  /** A hole was recorded, or a tick marked; of those rules that watch for it. */
  holeFound(hole: JudgedHole, receivedAt: EpochMicros): readonly AlertChange[];
  outlierFound(tick: SequencedTick, median: number, receivedAt: EpochMicros): readonly AlertChange[];
  /** A rule is gone. */
  remove(ruleId: string): void;
  /** What was changed of a rule without a new revision (its name, until when it is snoozed …). */
  update(rule: JudgedRule): void;
  /** Takes over the rules of another judge of the same lane that has come as far as this one. */
  join(other: LaneJudge): void;
}

export interface JudgedHole {
  readonly fromSeq: number | undefined;
  readonly toSeq: number | undefined;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  readonly messages: number | undefined;
  readonly reason: string;
}

/** Where a judge begins. */
export interface JudgeStart {
  readonly exchange: string;
  /** What is committed: the ticks behind it are judged. */
  readonly seq: number;
  readonly rules: readonly JudgedRule[];
  readonly phases: readonly AlertPhase[];
  readonly memory: readonly StockMemory[];
}
