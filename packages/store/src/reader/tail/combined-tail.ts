import type { LaneName, TailReply } from '@tickwatch/core';
import type { GuardedTail } from './guarded-tail.ts';

/** What several subscribers answered, as if one had. */
export interface CombinedReply extends TailReply {
  /** True: some subscriber did not answer, so that nobody knows which lanes it has. */
  readonly missing: boolean;
}

/**
 * Asks all subscribers, each of which leads some of the lanes. Of two that claim a lane, the one that reaches further
 * without a gap is believed. @returns `undefined`: none answered, or there is none
 */
export async function askTails(
  tails: readonly GuardedTail[],
  stock: string | undefined,
  after: ReadonlyMap<LaneName, number>,
): Promise<CombinedReply | undefined> {
  const replies = await Promise.all(tails.map((tail) => tail.tail(stock, after)));
  const answered = replies.filter((reply) => reply !== undefined);
  const missing = answered.length < tails.length;
  const [only] = answered;
  if (only === undefined || answered.length === 1) return only && { ...only, missing };
  return { ...merge(answered, after), missing };
}

function merge(replies: readonly TailReply[], after: ReadonlyMap<LaneName, number>): TailReply {
  const best = new Map<LaneName, TailReply>();
  for (const reply of replies) {
    for (const lane of Object.keys(reply.lanes)) {
      const rival = best.get(lane);
      if (rival === undefined || worth(reply, lane, after) > worth(rival, lane, after)) best.set(lane, reply);
    }
  }
  return {
    ticks: replies.flatMap((reply) => reply.ticks.filter((tick) => best.get(tick.lane) === reply)),
    lanes: Object.fromEntries([...best].flatMap(([lane, { lanes }]) => (lanes[lane] ? [[lane, lanes[lane]]] : []))),
    configured: [...new Set(replies.flatMap((reply) => reply.configured))],
    holes: replies.flatMap((reply) => reply.holes.filter((hole) => best.get(hole.lane) === reply)),
  };
}

/** How far a reply reaches in a lane; less than nothing when it has a gap. */
function worth({ lanes }: TailReply, lane: LaneName, after: ReadonlyMap<LaneName, number>): number {
  const reach = lanes[lane];
  return reach === undefined || reach.from > (after.get(lane) ?? 0) ? -1 : reach.to;
}
