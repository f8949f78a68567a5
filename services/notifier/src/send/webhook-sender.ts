import type { GuardedHttp } from '../net/guarded-http.ts';
import { answerOutcome } from './answer-outcome.ts';
import { firingJson } from './firing-json.ts';
import type { Sender } from './sender.ts';
import { signatureHeaders } from './signature.ts';
import { unanswered } from './unanswered.ts';

/** Posts each firing as core's `AlertFiring`. */
export function createWebhookSender(http: GuardedHttp): Sender {
  return {
    together: 1,
    atOnce: 4,
    everyMs: 0,
    longestMs: http.longestMs,
    async send({ target, secret }, [firing], signal) {
      if (firing === undefined) throw new Error('a webhook takes one firing at a time');
      const body = JSON.stringify(firingJson(firing));
      const signed = secret === undefined ? {} : signatureHeaders(secret, body, Math.floor(Date.now() / 1000));
      const headers = { 'Idempotency-Key': firing.id, ...signed };
      return http.post({ url: target, headers, body }, signal).then(answerOutcome, unanswered);
    },
  };
}
