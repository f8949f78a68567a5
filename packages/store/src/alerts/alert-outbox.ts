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
  /** Since when it waits (since it was fired, or since somebody wanted it tried again): retries end so long after it. */
  readonly createdAt: EpochMicros;
}

export interface StoredFiring extends Omit<AlertFired, 'ruleId'> {
  /** `undefined`: a test of a receiver. */
  readonly ruleId: string | undefined;
  readonly recordedAt: EpochMicros;
}

/** More are not counted. */
export const MAX_COUNTED_WAITING = 1000;

/** What waits for a receiver. */
export interface ReceiverQueue {
  readonly receiver: OutboxReceiver;
  /** How many, up to {@link MAX_COUNTED_WAITING}. */
  readonly waiting: number;
  /** Since when the oldest does. */
  readonly oldest: EpochMicros;
  /** In how many ms the next one is due, 0: it is; one that is being sent: when its claim ends. The database's clock says it. */
  readonly dueInMs: number;
}

/** What is to be sent. Several processes may ask; each delivery is claimed by one at a time. @throws StoreUnavailableError */
export interface AlertOutbox extends AsyncDisposable {
  /** Receivers for which something waits. */
  queues(): Promise<readonly ReceiverQueue[]>;
  /** Claims what is due of a receiver, what is due longest first. @param claimMs after so long somebody else may try it */
  claim(receiverId: string, limit: number, claimMs: number): Promise<readonly ClaimedDelivery[]>;
  /** What was claimed and is not tried after all: it is due again. */
  release(receiverId: string, firingIds: readonly string[]): Promise<void>;
  /** What waits for a retry is due at once. @param claimMs no claim lasts longer; what is due within it stays as it is */
  hurry(receiverId: string, claimMs: number): Promise<void>;
  delivered(receiverId: string, firingIds: readonly string[]): Promise<void>;
  /** @param retryAt `undefined`: it is given up */
  failed(
    receiverId: string,
    firingIds: readonly string[],
    error: string,
    retryAt: EpochMicros | undefined,
  ): Promise<void>;
  /**
   * Firings that were committed behind a place (in no order of their own, oldest written first), for the live channel, at most
   * `limit`; none that was written more than ten minutes ago.
   */
  firingsBehind(
    place: FiringPlace,
    limit: number,
  ): Promise<{ readonly firings: readonly StoredFiring[]; readonly place: FiringPlace }>;
  /** The place of so many seconds ago: what was written since then lies behind it, whether somebody has seen it or not. */
  placeBefore(seconds: number): Promise<FiringPlace>;
  /** Calls back whenever something was fired, and once whenever it may have missed that; disposing ends it. */
  listen(onFiring: () => void): AsyncDisposable;
}

/** Opaque. */
export type FiringPlace = string & { readonly firingPlace: true };
