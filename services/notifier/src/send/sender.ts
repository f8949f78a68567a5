import type { OutboxReceiver, StoredFiring } from '@tickwatch/store';

/** What became of a try. Errors are for people, and hold nothing secret. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** These firings were not taken; others may be. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Nothing gets through to this receiver now. */
  | { readonly kind: 'unwell'; readonly error: string; readonly retryAfterMs?: number | undefined }
  /** The receiver does not want to be told ever again. */
  | { readonly kind: 'gone'; readonly error: string };

export const DELIVERED: Outcome = { kind: 'delivered' };

/** Sends firings to receivers of one type. */
export interface Sender {
  /** So many firings go in one sending. */
  readonly together: number;
  /** So many sendings to one receiver may be under way. */
  readonly atOnce: number;
  /** Least time from one sending to a receiver to the next, ms. */
  readonly everyMs: number;
  /** No sending takes longer, ms. */
  readonly longestMs: number;
  /** Never rejects. */
  send(receiver: OutboxReceiver, firings: readonly StoredFiring[], signal: AbortSignal): Promise<Outcome>;
}
