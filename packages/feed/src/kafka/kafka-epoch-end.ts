import { createAPI, offsetForLeaderEpochV4, type Reader, ResponseError } from '@platformatic/kafka';

type Request = Parameters<typeof offsetForLeaderEpochV4.createRequest>;

/** Up to which offset a partition has what was written under a leader epoch; -1: none of it. */
export interface EpochEnd {
  readonly partition: number;
  readonly endOffset: bigint;
}

const { key, version } = offsetForLeaderEpochV4.api;

/**
 * As the client's own, which reads the partition and the error code of an answer in the wrong order (1.22): of any
 * partition but the first it takes the number for an error, and an error for the number.
 */
export const epochEnds = createAPI<Request, readonly EpochEnd[]>(
  key,
  version,
  offsetForLeaderEpochV4.createRequest,
  parseEpochEnds,
);

/** @throws ResponseError an answer of one partition at least is an error */
export function parseEpochEnds(_id: number, api: number, apiVersion: number, reader: Reader): readonly EpochEnd[] {
  const errors: Record<string, number> = {};
  reader.readInt32();
  const ends = reader.readArray((topic, i) => {
    topic.readString();
    return topic.readArray((answer, k) => {
      const errorCode = answer.readInt16();
      const partition = answer.readInt32();
      answer.readInt32();
      const endOffset = answer.readInt64();
      if (errorCode !== 0) errors[`/topics/${i}/partitions/${k}`] = errorCode;
      return { partition, endOffset };
    });
  });
  if (Object.keys(errors).length > 0) throw new ResponseError(api, apiVersion, errors, ends);
  return ends.flat();
}
