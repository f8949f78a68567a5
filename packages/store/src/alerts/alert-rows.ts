import type { AlertFired, AlertPhase, EpochMicros, LaneLayout, MemoryNeeds, StockMemory } from '@tickwatch/core';

/** A row of `alert_rules`. */
export interface AlertRuleRow {
  readonly id: string;
  /** As `NewAlertRule`, with its defaults; decimals as text, times as RFC 3339. */
  readonly definition: unknown;
  readonly revision: number;
  readonly begins: EpochMicros;
  readonly snoozedUntil: EpochMicros | undefined;
  readonly isEnabled: boolean;
}

/** The rules, and the version that they have together: it grows with every change of any of them. */
export interface AlertRules {
  readonly version: number;
  readonly rules: readonly AlertRuleRow[];
  /** What the database's clock, by which rules begin, says now, or a little more. */
  readonly now: EpochMicros;
}

/** What a commit writes of alerts, in the transaction of its ticks. */
export interface AlertChanges {
  /**
   * Of the rules by which these ticks were judged. @throws RulesChangedError there is another one by now
   * `undefined`: they were read after the last of these ticks came, so that whatever changed since came later, and counts for others.
   */
  readonly version: number | undefined;
  /** The last of each rule and subject counts. */
  readonly phases: readonly AlertPhase[];
  readonly firings: readonly AlertFired[];
}

export interface MemoryQuestion extends MemoryNeeds {
  readonly exchange: string;
  /** Only stocks of this lane. */
  readonly lane: number;
  readonly lanes: LaneLayout;
}

/** What a subscriber asks of the alerts in the database. @throws StoreUnavailableError */
export interface AlertReader {
  /** Those that did not change stay the same objects. @returns `undefined`: they are still of this version */
  rules(known: number | undefined): Promise<AlertRules | undefined>;
  /** Of these rules on an exchange (and '' , the system's). */
  phases(ruleIds: readonly string[], exchange: string): Promise<readonly AlertPhase[]>;
  /** @param onBegun called once the moment is fixed of which the answer is */
  memory(question: MemoryQuestion, onBegun?: () => void): Promise<readonly StockMemory[]>;
  /** Calls back whenever rules change, and once whenever it may have missed a change; disposing ends it. */
  listen(onChange: () => void): AsyncDisposable;
}
