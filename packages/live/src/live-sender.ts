import type { LaneName, SequencedTick } from '@tickwatch/core';

/** Ticks of one lane that travel together on their exchange's channel; `data` is their JSON text (core's `LiveMessage`). */
export interface Publication {
  readonly lane: LaneName;
  readonly exchange: string;
  readonly ticks: readonly SequencedTick[];
  readonly data: string;
}

/** What became of one publication. `retry`: the same publication may succeed later. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly retry: boolean; readonly error: string };

export const SENT: Outcome = { ok: true };

/** Carries a batch of publications to the server. The bundled publisher calls it one batch at a time. */
export interface LiveSender extends AsyncDisposable {
  /**
   * Resolves with one outcome per publication. An empty batch only asks whether the server is there.
   * @throws Error with a sentence for the operator when no publication of the batch was taken
   */
  send(publications: readonly Publication[]): readonly Outcome[] | Promise<readonly Outcome[]>;
}
