import type { LaneName, SequencedTick } from '@tickwatch/core';

/** JSON text for the subscribers of one channel, or of several at once. */
export interface Envelope {
  /** The first decides: what it has taken is sent. */
  readonly channels: readonly [string, ...string[]];
  readonly data: string;
}

/** Ticks of one lane that travel together on their exchange's channel; `data` is core's `LiveMessage`. */
export interface Publication extends Envelope {
  readonly lane: LaneName;
  readonly ticks: readonly SequencedTick[];
}

/**
 * What became of one envelope. `retry`: the same one may succeed later. `missed`: its first channel has it and another one
 * has not, and why.
 */
export type Outcome =
  | { readonly ok: true; readonly missed?: string }
  | { readonly ok: false; readonly retry: boolean; readonly error: string };

export const SENT: Outcome = { ok: true };

/** Carries a batch to the server. Each publisher calls its own, one batch at a time. */
export interface LiveSender extends AsyncDisposable {
  /**
   * Resolves with one outcome per envelope. An empty batch only asks whether the server is there.
   * @throws Error with a sentence for the operator when no envelope of the batch was taken
   */
  send(envelopes: readonly Envelope[]): readonly Outcome[] | Promise<readonly Outcome[]>;
}
