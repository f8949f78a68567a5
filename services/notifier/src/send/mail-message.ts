import { createHash } from 'node:crypto';
import { formatMicros } from '@tickwatch/core';
import type { StoredFiring } from '@tickwatch/store';

export interface MailMessage {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_SUBJECT = 150;

/** One mail for all that waits, oldest first. @param domain of who sends it */
export function mailMessage(firings: readonly StoredFiring[], domain: string): MailMessage {
  const [first] = firings;
  const subject =
    firings.length === 1 && first !== undefined ? first.text : `${firings.length} alerts: ${names(firings)}`;
  const ids = firings.map(({ id }) => id);
  return {
    subject: shortened(oneLine(subject)),
    text: `${firings.map(told).join('\n\n')}\n`,
    // The same firings again are the same message, also for a server that took it and could not say so.
    messageId: `<${createHash('sha256').update(ids.join()).digest('hex').slice(0, 32)}.tickwatch@${domain}>`,
    headers: {
      'X-Tickwatch-Firings': ids.join(' '),
      // Nobody's absence is answered to this.
      'Auto-Submitted': 'auto-generated',
    },
  };
}

function told({ ruleName, exchange, text, time }: StoredFiring): string {
  const where = exchange === '' ? '' : ` · ${exchange}`;
  return `${oneLine(text)}\n  ${oneLine(ruleName)}${oneLine(where)} · ${formatMicros(time)}`;
}

/** Of the rules, each once. */
function names(firings: readonly StoredFiring[]): string {
  return [...new Set(firings.map(({ ruleName }) => ruleName))].join(', ');
}

/** Names and texts come from users: a line of theirs stays one line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= MAX_SUBJECT ? text : `${letters.slice(0, MAX_SUBJECT - 1).join('')}…`;
}
