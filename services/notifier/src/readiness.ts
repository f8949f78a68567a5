import type { Readiness } from '@tickwatch/runtime';

export interface NotifierState {
  /** Why the database can't be used. */
  readonly storeError: string | undefined;
  /** Receivers that take nothing now, and why. */
  readonly unwell: ReadonlyMap<string, string>;
  /** Why nothing is told live; `undefined`: there is no live channel. */
  readonly live: { readonly problem: string | undefined } | undefined;
}

/** What each dependency says. A receiver that takes nothing is no reason to take this process out of service. */
export function notifierReadiness({ storeError, unwell, live }: NotifierState): Readiness {
  const names = [...unwell].map(([name, problem]) => `${name}: ${problem}`);
  const problem = live?.problem;
  return {
    outbox: storeError === undefined ? { ok: true, detail: 'there' } : { ok: false, detail: storeError },
    receivers: { ok: true, detail: names.join('; ') || 'all take what they are sent' },
    live: {
      ok: problem === undefined,
      detail: live === undefined ? 'not configured: pages hear of no alerts' : (problem ?? 'up'),
    },
  };
}
