import type { AlertDeliveryState, EpochMicros } from '@tickwatch/core';
import type { OutboxReceiver, StoredFiring } from '../../alerts/alert-outbox.ts';
import type { AlertRuleRow } from '../../alerts/alert-rows.ts';
import type { AskOptions } from '../tick-reader.ts';

/** A place in a list, behind which it goes on. */
export interface ListPlace {
  readonly time: EpochMicros;
  readonly id: string;
}

/** Newest first. */
export interface RulesQuestion {
  /** Only those that watch this exchange, among others. */
  readonly exchange?: string | undefined;
  /** Only those that watch this stock, among others. */
  readonly stock?: string | undefined;
  /** Only those in whose names this is found, in any case of letters. */
  readonly name?: string | undefined;
  readonly limit: number;
  readonly behind?: ListPlace | undefined;
}

/** A rule, and what came of it. */
export interface ListedRule extends AlertRuleRow {
  /** Names. */
  readonly receivers: readonly string[];
  /** For how many stocks it has fired and is not armed again. */
  readonly beyond: number;
  /** For how many different stocks it has fired since it watches what it does. */
  readonly stocksFired: number;
  /** How often, in all that is kept; up to `MAX_ALERT_COUNT`. */
  readonly fired: number;
  readonly lastFired: EpochMicros | undefined;
  readonly created: EpochMicros;
  readonly changed: EpochMicros;
}

export interface RulesPage {
  readonly rules: readonly ListedRule[];
  /** `undefined`: there are no more. */
  readonly next: ListPlace | undefined;
}

/** Newest first; both bounds inclusive. */
export interface FiringsQuestion {
  readonly start?: EpochMicros | undefined;
  readonly end?: EpochMicros | undefined;
  readonly exchange?: string | undefined;
  readonly stock?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly limit: number;
  readonly behind?: ListPlace | undefined;
}

export interface FiringsPage {
  readonly firings: readonly StoredFiring[];
  readonly next: ListPlace | undefined;
}

export interface ListedReceiver extends Omit<OutboxReceiver, 'secret'> {
  /** How many rules tell it. */
  readonly rules: number;
  readonly waiting: number;
  /** Given up. */
  readonly failed: number;
  readonly lastDelivered: EpochMicros | undefined;
  readonly lastError: string | undefined;
  readonly created: EpochMicros;
}

export interface ListedDelivery {
  readonly firingId: string;
  readonly receiverId: string;
  readonly receiverName: string;
  readonly state: AlertDeliveryState;
  readonly attempts: number;
  /** `undefined`: there is none to come. */
  readonly nextAttempt: EpochMicros | undefined;
  readonly delivered: EpochMicros | undefined;
  /** Of the last attempt that failed. */
  readonly error: string | undefined;
}

/** What is asked of rules and of what they fired. All methods throw as those of TickReader do. */
export interface AlertAnswers {
  rules(question: RulesQuestion, options?: AskOptions): Promise<RulesPage>;
  rule(id: string, options?: AskOptions): Promise<ListedRule | undefined>;
  firings(question: FiringsQuestion, options?: AskOptions): Promise<FiringsPage>;
  /** All of them, by name. */
  receivers(options?: AskOptions): Promise<readonly ListedReceiver[]>;
  /** By name of the receiver. @returns `undefined`: there is no such firing */
  deliveries(firingId: string, options?: AskOptions): Promise<readonly ListedDelivery[] | undefined>;
}
