import type { Readiness } from '@tickwatch/runtime';

export interface NotifierState {
  /** Why the database can't be used. */
  readonly storeError: string | undefined;
  /** How many receivers take nothing now. */
  readonly unwell: number;
  readonly sendsMail: boolean;
  /** Why nothing is told live; `undefined`: there is no live channel. */
  readonly live: { readonly problem: string | undefined } | undefined;
}

/** What each dependency says. A receiver that takes nothing is no reason to take this process out of service. */
export function notifierReadiness({ storeError, unwell, sendsMail, live }: NotifierState): Readiness {
  const problem = live?.problem;
  return {
    outbox: storeError === undefined ? { ok: true, detail: 'there' } : { ok: false, detail: storeError },
    // Strangers may read it: which ones, the log says.
    receivers: { ok: true, detail: unwell === 0 ? 'all take what they are sent' : `${unwell} take nothing now` },
    mail: { ok: true, detail: sendsMail ? 'configured' : 'SMTP_URL is not set: receivers of e-mail get nothing' },
    live: {
      ok: problem === undefined,
      detail: live === undefined ? 'not configured: pages hear of no alerts' : (problem ?? 'up'),
    },
  };
}
