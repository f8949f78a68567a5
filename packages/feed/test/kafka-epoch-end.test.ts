import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader, ResponseError, Writer } from '@platformatic/kafka';
import { epochEnds, parseEpochEnds } from '../src/kafka/kafka-epoch-end.ts';

interface Answer {
  readonly errorCode: number;
  readonly partition: number;
  readonly endOffset: bigint;
}

/** What a broker writes (OffsetForLeaderEpochResponse, version 4): of each partition the error comes first. */
function answered(...answers: readonly Answer[]): Reader {
  const writer = Writer.create()
    .appendInt32(0)
    .appendArray(['ticks.NASDAQ'], (w, name) => {
      w.appendString(name).appendArray([...answers], (one, { errorCode, partition, endOffset }) => {
        one.appendInt16(errorCode).appendInt32(partition).appendInt32(7).appendInt64(endOffset);
      });
    })
    .appendTaggedFields();
  return Reader.from(writer.buffer);
}

const parse = (reader: Reader) => parseEpochEnds(1, epochEnds.key, epochEnds.version, reader);

describe('the end of a leader epoch', () => {
  it('is read of any partition', () => {
    const ends = [0, 1, 3].map((partition) => ({ partition, endOffset: 5_000_000_000n + BigInt(partition) }));
    assert.deepEqual(parse(answered(...ends.map((end) => ({ errorCode: 0, ...end })))), ends);
  });

  it('is no end where the broker answers with an error, also of the first partition', () => {
    const fenced = answered({ errorCode: 74, partition: 0, endOffset: -1n });
    const isFenced = (error: unknown): boolean =>
      error instanceof ResponseError && error.findBy('apiId', 'FENCED_LEADER_EPOCH') !== null;
    assert.throws(() => parse(fenced), isFenced);
  });
});
