import { decodeMessage, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { FeedBatch } from '@tickwatch/feed';
import type { RejectedMessage } from '@tickwatch/store';

/** How many of the last payloads are kept for the position's fingerprint. */
export const FINGERPRINT_MESSAGES = 32;

/** A feed batch after reading: what to store, and where the log stands when it is stored. */
export interface DecodedBatch {
  readonly exchange: string;
  readonly position: string;
  readonly messages: number;
  readonly ticks: readonly SequencedTick[];
  readonly rejected: readonly RejectedMessage[];
  /** Number of the last tick before this batch, and of the last one so far. */
  readonly seqBefore: number;
  readonly seq: number;
  readonly receivedAt: EpochMicros;
  readonly lastPayloads: readonly Uint8Array[];
}

/**
 * Reads a batch's messages. Its ticks are numbered from `first`; `seqBefore` is the last number in use so far
 * (`first` may leave a gap).
 */
export function decodeBatch(batch: FeedBatch, seqBefore: number, first = seqBefore + 1): DecodedBatch {
  const { exchange, messages } = batch;
  const ticks: SequencedTick[] = [];
  const rejected: RejectedMessage[] = [];
  let last = first - 1;
  for (const { payload, receivedAt } of messages) {
    const decoded = decodeMessage(payload, receivedAt);
    if (decoded.ok) {
      last++;
      ticks.push({ stock: decoded.stock, exchange, price: decoded.price, time: decoded.time, seq: last });
    } else {
      rejected.push({ exchange, payload, receivedAt, reason: decoded.reason, detail: decoded.detail });
    }
  }
  return {
    exchange,
    position: batch.position,
    messages: messages.length,
    ticks,
    rejected,
    seqBefore,
    seq: ticks.length === 0 ? seqBefore : last,
    receivedAt: messages.at(-1)?.receivedAt ?? (0 as EpochMicros),
    lastPayloads: messages.slice(-FINGERPRINT_MESSAGES).map((message) => message.payload),
  };
}
