import { encodeAfter, type TailSource } from '@tickwatch/core';

/** Asks a subscriber's private `GET /tail`. */
export function createHttpTailSource(subscriberUrl: string, timeoutMs: number): TailSource {
  return {
    async tail(stock, after) {
      const url = new URL('tail', subscriberUrl.endsWith('/') ? subscriberUrl : `${subscriberUrl}/`);
      if (stock !== undefined) url.searchParams.set('stock_name', stock);
      url.searchParams.set('after', encodeAfter(after));
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`the subscriber answered ${response.status}`);
      }
      const body: unknown = await response.json();
      // A subscriber of an earlier version tells of no holes.
      const reply = typeof body === 'object' && body !== null ? { holes: [], ...body } : body;
      // Three hundred modules, which a process that asks no subscriber does without.
      const [{ Value }, { TailReply }] = await Promise.all([import('typebox/value'), import('@tickwatch/core/http')]);
      if (!Value.Check(TailReply, reply)) throw new Error('the subscriber answered something that is no tail');
      return reply;
    },
  };
}
