import type { TailReply, TailSource } from '@tickwatch/core';

/**
 * One tail out of several subscribers, each of which ingests some of the exchanges. Fails only when all of them do;
 * of two that know an exchange, the one that reaches further without a gap is believed.
 */
export function combineTails(sources: readonly TailSource[]): TailSource {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  return {
    async tail(stock, after) {
      const settled = await Promise.allSettled(sources.map((source) => source.tail(stock, after)));
      const replies = settled.filter((result) => result.status === 'fulfilled').map((result) => result.value);
      const failed = settled.find((result) => result.status === 'rejected');
      if (replies.length === 0 && failed !== undefined) throw failed.reason;
      return merge(replies, after);
    },
  };
}

function merge(replies: readonly TailReply[], after: ReadonlyMap<string, number>): TailReply {
  const best = new Map<string, TailReply>();
  for (const reply of replies) {
    for (const [exchange, reach] of Object.entries(reply.exchanges)) {
      const rival = best.get(exchange)?.exchanges[exchange];
      const usable = reach.from <= (after.get(exchange) ?? 0);
      if (rival === undefined || (usable && reach.to > rival.to)) best.set(exchange, reply);
    }
  }
  return {
    ticks: [...best].flatMap(([exchange, reply]) => reply.ticks.filter((tick) => tick.exchange_name === exchange)),
    exchanges: Object.fromEntries(
      [...best].flatMap(([exchange, reply]) => {
        const reach = reply.exchanges[exchange];
        return reach === undefined ? [] : [[exchange, reach]];
      }),
    ),
  };
}
