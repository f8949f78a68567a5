import { createHash } from 'node:crypto';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import { type AnswerHead, fingerprint } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A range that ended so long ago is closed: only a late tick or an import can still change it. */
const CLOSED_AFTER_MICROS = 60_000_000;
const LONGEST_AGE_SECONDS = 86_400;

/**
 * Sets `ETag` and `Cache-Control`. A closed range may be kept for as long as it has been closed, at most a day;
 * a range that touches now is not kept at all. The ETag changes when a late tick lands in the range.
 * @returns true: the asker has this answer already, and 304 is what to send
 */
export function cacheHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  head: AnswerHead,
  end: EpochMicros | undefined,
): boolean {
  reply.header('vary', 'Accept, Accept-Encoding');
  const age = end === undefined ? 0 : nowMicros() - end;
  if (age < CLOSED_AFTER_MICROS || !head.reach.tailComplete) {
    reply.header('cache-control', 'no-store');
    return false;
  }
  const digest = createHash('sha256').update(
    `${request.url}\n${request.headers.accept ?? ''}\n${head.reach.rawFrom ?? ''}\n${fingerprint(head.summary)}`,
  );
  const tag = `W/"${digest.digest('base64url').slice(0, 27)}"`;
  reply.header('etag', tag);
  reply.header('cache-control', `public, max-age=${Math.min(LONGEST_AGE_SECONDS, Math.floor(age / 1e6))}`);
  return matches(request.headers['if-none-match'], tag);
}

function matches(header: string | undefined, tag: string): boolean {
  const bare = (text: string): string => text.trim().replace(/^W\//, '');
  return header?.split(',').some((candidate) => candidate.trim() === '*' || bare(candidate) === bare(tag)) ?? false;
}
