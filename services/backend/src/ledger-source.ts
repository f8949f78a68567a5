import type { Ledger, LedgerSource } from '@tickwatch/core';
import { mergeLedgers } from './ledger-merge.ts';

/**
 * Asks the subscribers' private `GET /ledger`; several ledgers become one, with `subscribers` saying how many of them
 * answered. @throws Error when none did
 */
export function createHttpLedgerSource(subscriberUrls: readonly string[], timeoutMs: number): LedgerSource {
  return {
    async ledger() {
      const settled = await Promise.allSettled(subscriberUrls.map((url) => fetchLedger(url, timeoutMs)));
      const texts = settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
      const failed = settled.find((result) => result.status === 'rejected');
      const [first, ...more] = texts;
      if (first === undefined) throw failed?.reason ?? new Error('no subscriber is configured');
      if (settled.length === 1) return first;
      const merged = mergeLedgers([read(first), ...more.map(read)]);
      return JSON.stringify({ ...merged, subscribers: { asked: settled.length, answered: texts.length } });
    },
  };
}

function read(text: string): Ledger {
  return JSON.parse(text) as Ledger;
}

async function fetchLedger(subscriberUrl: string, timeoutMs: number): Promise<string> {
  const url = new URL('ledger', subscriberUrl.endsWith('/') ? subscriberUrl : `${subscriberUrl}/`);
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the subscriber answered ${response.status}`);
  return text;
}
