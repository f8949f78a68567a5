import type { fetchV13, RecordsBatch } from '@platformatic/kafka';
import type { EpochMicros } from '@tickwatch/core';
import type { FeedMessage } from '../durable-log.ts';

/** A message, and where it lies. */
export interface KafkaMessage extends FeedMessage {
  readonly offset: bigint;
  readonly epoch: number;
}

/** What one question brought. */
export interface KafkaPage {
  readonly messages: readonly KafkaMessage[];
  /** Read on from here: records that are no messages (marks of transactions, aborted ones) are passed. */
  readonly next: bigint;
  readonly epoch: number | undefined;
  readonly isTransactional: boolean;
  /** False: some have the times of their publishers. */
  readonly isStamped: boolean;
}

/** Bits of a batch's attributes. */
const STAMPED = 8;
const TRANSACTIONAL = 16;
const CONTROL = 32;

/** The messages of committed transactions, and of none, from an offset on. */
export function readPage(
  { records = [], abortedTransactions }: fetchV13.FetchResponsePartition,
  from: bigint,
): KafkaPage {
  const aborted = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborting = new Set<bigint>();
  const messages: KafkaMessage[] = [];
  let next = from;
  for (const batch of records) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    for (let one = aborted[0]; one !== undefined && one.firstOffset <= last; one = aborted[0]) {
      aborting.add(one.producerId);
      aborted.shift();
    }
    if (batch.attributes & CONTROL) aborting.delete(batch.producerId);
    else if (!(batch.attributes & TRANSACTIONAL && aborting.has(batch.producerId))) {
      for (const message of messagesOf(batch)) if (message.offset >= from) messages.push(message);
    }
    if (last >= next) next = last + 1n;
  }
  return {
    messages,
    next,
    epoch: records.at(-1)?.partitionLeaderEpoch,
    isTransactional: records.some(({ attributes }) => attributes & TRANSACTIONAL),
    isStamped: records.every(({ attributes }) => attributes & (STAMPED | CONTROL)),
  };
}

function messagesOf(batch: RecordsBatch): readonly KafkaMessage[] {
  const { attributes, firstOffset, firstTimestamp, maxTimestamp, partitionLeaderEpoch: epoch } = batch;
  return batch.records.map(({ offsetDelta, timestampDelta, value }) => {
    // The broker stamps a whole batch: its records keep their order by their place in it.
    const stamped = Number(maxTimestamp) * 1000 + Math.min(offsetDelta, 999);
    const receivedAt = attributes & STAMPED ? stamped : Number(firstTimestamp + timestampDelta) * 1000;
    return { payload: value, receivedAt: receivedAt as EpochMicros, offset: firstOffset + BigInt(offsetDelta), epoch };
  });
}
