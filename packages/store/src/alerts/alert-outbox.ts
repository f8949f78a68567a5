import type { AlertFired, EpochMicros } from '@tickwatch/core';

export interface OutboxReceiver {
  readonly id: string;
  readonly name: string;
  readonly type: 'webhook' | 'email' | 'grafana';
  readonly target: string;
  readonly secret: string | undefined;
}

/** A firing that is to be sent to a receiver, and is this process's to send until its claim ends. */
export interface ClaimedDelivery {
  readonly receiverId: string;
  readonly firing: StoredFiring;
  /** Attempts before this one. */
  readonly attempts: number;
  /** When the firing was written: retries end so long after it. */
  readonly createdAt: EpochMicros;
}

export interface StoredFiring extends Omit<AlertFired, 'ruleId'> {
  /** `undefined`: a test of a receiver. */
  readonly ruleId: string | undefined;
  readonly recordedAt: EpochMicros;
}

export interface ReceiverQueue {
  readonly receiver: OutboxReceiver;
  /** How many wait, and since when the oldest is due, and when the next one is. */
  readonly waiting: number;
  readonly oldest: EpochMicros | undefined;
  readonly nextAt: EpochMicros | undefined;
}

/** What is to be sent. Several processes may ask; each delivery is claimed by one at a time. @throws StoreUnavailableError */
export interface AlertOutbox extends AsyncDisposable {
  /** Receivers for which something waits. */
  queues(): Promise<readonly ReceiverQueue[]>;
  /** Claims what is due of a receiver, oldest firing first. @param claimMs after so long somebody else may try it */
  claim(receiverId: string, limit: number, claimMs: number): Promise<readonly ClaimedDelivery[]>;
  delivered(receiverId: string, firingIds: readonly string[]): Promise<void>;
  /** @param retryAt `undefined`: it is given up */
  failed(
    receiverId: string,
    firingIds: readonly string[],
    error: string,
    retryAt: EpochMicros | undefined,
  ): Promise<void>;
  /** Firings recorded behind a place, for the live channel; place `undefined`: from now on. */
  firingsBehind(
    place: FiringPlace | undefined,
    limit: number,
  ): Promise<{ readonly firings: readonly StoredFiring[]; readonly place: FiringPlace }>;
  /** Calls back whenever something was fired, and once whenever it may have missed that; disposing ends it. */
  listen(onFiring: () => void): AsyncDisposable;
}

/** Opaque. */
export type FiringPlace = string & { readonly firingPlace: true };
