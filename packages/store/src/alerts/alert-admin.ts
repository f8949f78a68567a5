import type { EpochMicros } from '@tickwatch/core';
import type { AlertAnswers } from '../reader/alerts/alert-answers.ts';

/** A rule as it is to be kept: what was checked already. */
export interface AlertRuleDraft {
  readonly name: string;
  /** With all defaults: decimals as text, times as RFC 3339; as {@link AlertRuleRow} gives it back. */
  readonly definition: unknown;
  readonly isEnabled: boolean;
  /** Ids. */
  readonly receivers: readonly string[];
}

export interface AlertReceiverDraft {
  readonly name: string;
  readonly type: 'webhook' | 'email' | 'grafana';
  readonly target: string;
  readonly secret: string | undefined;
}

/**
 * Changes of rules and receivers. Each that changes a rule makes the version of the rules grow, in its own transaction, and
 * tells whoever listens.
 * @throws StoreUnavailableError; AlertConflictError with a sentence: a name that is taken, a receiver that rules still tell,
 * more than may be
 */
export interface AlertAdmin {
  /** As things are on the server that is written to: whoever changed something sees it. */
  readonly answers: AlertAnswers;
  /** @returns its id */
  addRule(rule: AlertRuleDraft): Promise<string>;
  /**
   * @param isAnew what it watches is another now: it gets a new revision, begins now and forgets its phases
   * @param known when it was changed last: nothing is done where somebody changed it since then
   * @returns false: there is none of this id, or it was changed
   */
  changeRule(id: string, rule: AlertRuleDraft, isAnew: boolean, known?: EpochMicros): Promise<boolean>;
  snoozeRule(id: string, until: EpochMicros | undefined): Promise<boolean>;
  removeRule(id: string): Promise<boolean>;
  addReceiver(receiver: AlertReceiverDraft): Promise<string>;
  /** @param receiver without a secret it keeps the one it has */
  changeReceiver(id: string, receiver: AlertReceiverDraft): Promise<boolean>;
  removeReceiver(id: string): Promise<boolean>;
  /** Sends something to a receiver, to see whether it comes. @returns the id of the firing; `undefined`: there is none of this id */
  testReceiver(id: string): Promise<string | undefined>;
  /** A delivery that was given up is tried again. @returns false: there is none, or it was not given up */
  retryDelivery(firingId: string, receiverId: string): Promise<boolean>;
}
