import { formatMicros } from '@tickwatch/core';
import type { StoredFiring } from '@tickwatch/store';
import type { GuardedHttp } from '../net/guarded-http.ts';
import { answerOutcome } from './answer-outcome.ts';
import type { Sender } from './sender.ts';
import { unanswered } from './unanswered.ts';

const TOKEN = /^[\x21-\x7e]+$/;

/** Makes each firing an annotation of a Grafana, tagged `tickwatch`, its rule, exchange and stock. */
export function createGrafanaSender(http: GuardedHttp): Sender {
  return {
    together: 1,
    atOnce: 2,
    everyMs: 0,
    longestMs: http.longestMs,
    async send({ target, secret }, [firing], signal) {
      if (firing === undefined) throw new Error('an annotation is of one firing');
      if (secret !== undefined && !TOKEN.test(secret))
        return { kind: 'unwell', error: 'the token of this receiver has characters that an HTTP header cannot carry' };
      const headers = {
        'Idempotency-Key': firing.id,
        ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
      };
      const post = { url: annotationsUrl(target), headers, body: JSON.stringify(annotation(firing)) };
      return http.post(post, signal).then(answerOutcome, unanswered);
    },
  };
}

/** @param url of a Grafana, maybe below a path */
function annotationsUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const annotations = new URL(url);
  annotations.pathname = `${annotations.pathname.replace(/\/+$/, '')}/api/annotations`;
  return annotations.href;
}

function annotation({ time, ruleName, exchange, stock, text }: StoredFiring) {
  const tags = ['tickwatch', ruleName, exchange, stock].filter((tag) => tag !== '');
  return { time: Math.floor(time / 1000), tags: [...new Set(tags)], text: `${text} (${formatMicros(time)})` };
}
