import type { Answer } from '../net/guarded-http.ts';
import { DELIVERED, type Outcome } from './sender.ts';

const GONE = 410;
/** Answers that say something of the address, the credentials or the state of a receiver; the other 4xx are about what was sent. */
const OF_RECEIVER: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 421, 425, 429, 451]);

/**
 * What an answer over HTTP means. All but 410 is tried again: a receiver that was set up wrong for an hour is not to miss what
 * fired meanwhile.
 */
export function answerOutcome({ status, retryAfter }: Answer, now = Date.now()): Outcome {
  if (status >= 200 && status < 300) return DELIVERED;
  if (status === GONE) return { kind: 'gone', error: 'it answered 410: it does not want to be told any more' };
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  const error = `it answered ${status}${redirect}`;
  if (status >= 400 && status < 500 && !OF_RECEIVER.has(status)) return { kind: 'refused', error };
  return { kind: 'unwell', error, retryAfterMs: waitAsked(retryAfter, now) };
}

/** What `Retry-After` says, seconds or a date, in ms; `undefined`: nothing that can be read. */
function waitAsked(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
