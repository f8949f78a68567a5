import type { AlertFiring } from '@tickwatch/core';

/** The live channel `alerts`, on which pages hear at once of what fired; each message is core's `AlertMessage`. */
export interface AlertChannel extends AsyncDisposable {
  /**
   * Tells of firings, in this order. One call at a time.
   * @throws Error with a sentence: the server is away or refuses; the same firings may be published again, and are known by
   * their ids
   */
  publish(firings: readonly AlertFiring[]): Promise<void>;
}
