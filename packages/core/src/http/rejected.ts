import { type Static, Type } from 'typebox';
import { REJECTION_REASONS } from '../rejection.ts';
import { MAX_REJECTED_CHARACTERS } from './limits.ts';
import { ExchangeParameter, RangeParameters } from './parameters.ts';
import { ExchangeName, Nullable, OneOf, Timestamp } from './scalars.ts';

/** The most messages of one answer, and the most characters of a message in it. */
export const MAX_REJECTED = 1000;

export const RejectedQuery = Type.Object({
  exchange: ExchangeParameter,
  reason: Type.Optional(OneOf(REJECTION_REASONS, { description: 'Only what was rejected for this.' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MAX_REJECTED, description: 'At most so many messages; default: 50.' }),
  ),
  before: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Messages behind the one with this `id`: the `next` of the answer before.',
    }),
  ),
});
export type RejectedQuery = Static<typeof RejectedQuery>;

/** Both ends, inclusive, are of the time when a message was received. */
export const ClearRejectedQuery = Type.Object({
  exchange: ExchangeParameter,
  reason: RejectedQuery.properties.reason,
  ...RangeParameters,
});
export type ClearRejectedQuery = Static<typeof ClearRejectedQuery>;

/** What was forgotten of what came and was no tick. */
export const ClearedRejected = Type.Object({
  messages: Type.Integer({ minimum: 0, description: 'Messages that were kept, and are gone.' }),
  counted: Type.Integer({
    minimum: 0,
    description:
      'Messages that the counts told of, and do no more: they begin anew. With `start_time` or `end_time` they stay.',
  }),
  complete: Type.Boolean({
    description: '`false`: there are more than one request deletes (about ten seconds of work); ask again.',
  }),
});
export type ClearedRejected = Static<typeof ClearedRejected>;

export const RejectedCount = Type.Object({
  exchange_name: ExchangeName,
  reason: Type.String({ examples: [...REJECTION_REASONS] }),
  count: Type.Integer({ minimum: 1, description: 'All since they were last cleared, also those that were not kept.' }),
  first_at: Timestamp,
  last_at: Timestamp,
});

export const RejectedMessageRow = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  received_at: Timestamp,
  exchange_name: ExchangeName,
  reason: Type.String({ examples: ['bad_form'] }),
  detail: Type.String({ description: 'What is wrong, in words.' }),
  message: Type.String({
    description: `Its first ${MAX_REJECTED_CHARACTERS} characters; what can't be read as text is written as \\xNN.`,
  }),
  bytes: Type.Integer({ minimum: 0, description: 'How long it was.' }),
});

/** What came and was no tick: how many of each exchange and reason, and the newest that are kept. */
export const Rejected = Type.Object({
  counts: Type.Array(RejectedCount, { description: 'The most first.' }),
  messages: Type.Array(RejectedMessageRow, {
    description: 'Newest first. Of a flood only some are kept (`REJECTED_PER_MINUTE`); `counts` has all.',
  }),
  next: Nullable(Type.Integer({ minimum: 1, description: '`before` of the next page; null: there is none.' })),
});
export type Rejected = Static<typeof Rejected>;
