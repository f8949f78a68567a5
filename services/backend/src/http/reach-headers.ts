import { encodePosition, formatMicros, POSITION_HEADER, TAIL_HEADER } from '@tickwatch/core';
import type { Reach } from '@tickwatch/store';
import type { FastifyReply } from 'fastify';

/** From when on single ticks are kept; not sent while all are. */
const RAW_FROM_HEADER = 'X-Raw-From';

/** Says how far an answer reaches. */
export function reachHeaders(reply: FastifyReply, reach: Reach): void {
  // Also when it is empty: nothing was received yet, so that whatever comes live is not in the answer.
  reply.header(POSITION_HEADER, headerSafe(encodePosition(reach.position)));
  if (!reach.tailComplete) reply.header(TAIL_HEADER, 'unavailable');
  if (reach.rawFrom !== undefined) reply.header(RAW_FROM_HEADER, formatMicros(reach.rawFrom));
}

// A row of `ingest_positions` may be named by anybody.
function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
