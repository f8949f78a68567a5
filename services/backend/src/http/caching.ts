import { createHash } from 'node:crypto';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { Completeness, Reach } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { completenessTag } from './completeness.ts';
import { namesWeakly } from './entity-tags.ts';

/** A range that ended so long ago is closed: only a late tick or an import can still change it. */
const CLOSED_AFTER_MICROS = 60_000_000;

export interface RangeAnswer {
  /** `undefined`: it is streamed. */
  readonly body: string | Buffer | undefined;
  readonly reach: Reach;
  readonly end: EpochMicros | undefined;
  /** What the headers say of what it lacks, where they do. */
  readonly missing?: Completeness | undefined;
  /** What else its headers say that may change while the body stays. */
  readonly also?: string | undefined;
}

/**
 * Sets `Cache-Control`, and `ETag` where the answer about a closed range may be kept, to be asked for again each time
 * (`no-cache`): late ticks and imports change it. The tag is a digest of the answer itself. Nothing cheaper tells the
 * truth: sums, ends and extremes stay the same when two ticks change places, a price gets a zero more, or what `fill`
 * carries on into the range changes. What the answer lacks belongs to it: a file that fills a hole changes
 * the tag also where it brought nothing for this range. So 304 saves the transfer and not the work, and what is streamed has no tag.
 * @returns true: the asker has this answer already, and 304 is what to send
 */
export function isKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, reach, end, missing, also = '' }: RangeAnswer,
): boolean {
  reply.header('vary', 'Accept, Accept-Encoding');
  if (!isClosed(end, reach) || body === undefined) {
    reply.header('cache-control', 'no-store');
    return false;
  }
  const told = (missing === undefined ? '' : completenessTag(missing)) + also;
  const tag = `W/"${createHash('sha256').update(body).update(told).digest('base64url').slice(0, 27)}"`;
  reply.header('etag', tag);
  reply.header('cache-control', 'no-cache');
  return namesWeakly(request.headers['if-none-match'], tag);
}

/** Whether only a late tick or an import can still change what is answered. */
export function isClosed(end: EpochMicros | undefined, reach: Reach): boolean {
  return end !== undefined && nowMicros() - end >= CLOSED_AFTER_MICROS && reach.tailComplete;
}
