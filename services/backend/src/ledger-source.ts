import type { LedgerSource } from '@tickwatch/core';

/** Asks the subscribers' private `GET /ledger`; several ledgers become one, each with its exchanges. */
export function createHttpLedgerSource(subscriberUrls: readonly string[], timeoutMs: number): LedgerSource {
  return {
    async ledger() {
      const texts = await Promise.all(subscriberUrls.map((url) => fetchLedger(url, timeoutMs)));
      const [only = '{"exchanges":{}}'] = texts;
      if (texts.length <= 1) return only;
      const ledgers = texts.map((text) => JSON.parse(text) as { readonly exchanges: object });
      return JSON.stringify({ exchanges: Object.assign({}, ...ledgers.map(({ exchanges }) => exchanges)) });
    },
  };
}

async function fetchLedger(subscriberUrl: string, timeoutMs: number): Promise<string> {
  const url = new URL('ledger', subscriberUrl.endsWith('/') ? subscriberUrl : `${subscriberUrl}/`);
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the subscriber answered ${response.status}`);
  return text;
}
