import type { EpochMicros } from '@tickwatch/core';
import type { Completeness } from '../coverage/completeness.ts';
import { joinFacts, type StoreFacts } from '../coverage/store-facts.ts';
import { askMissingFacts, exchangesMissing } from '../queries/coverage.ts';
import type { Snapshot } from '../snapshot.ts';
import type { DamagedBlock } from '../ticks/damaged-blocks.ts';
import { withDamaged } from '../ticks/with-damaged.ts';

/** What a database knows of how much there was at a moment. */
export interface MomentFacts {
  readonly facts: StoreFacts;
  /** Blocks that the answer needed. */
  readonly damaged: readonly DamagedBlock[];
}

/** Ask when the answer's blocks are read: those that it needed are told, no others. @param exchange `undefined`: all */
export async function askMomentFacts(
  snapshot: Snapshot,
  exchange: string | undefined,
  moment: EpochMicros,
): Promise<MomentFacts> {
  const facts = await askMissingFacts(snapshot, exchange, { from: moment, until: moment + 1 });
  return { facts, damaged: snapshot.blocks.damaged };
}

/**
 * What an answer as of a moment lacks: a price may be older than it was where the moment lies in a hole, or in what a damaged
 * block held.
 * @param all of each database that answered
 */
export function momentMissing(all: readonly MomentFacts[], moment: EpochMicros): Completeness {
  const until = moment + 1;
  const missing = exchangesMissing(joinFacts(all.map(({ facts }) => facts)), { from: moment, until });
  const damaged = all.flatMap((one) => one.damaged);
  const { complete, holes } = withDamaged(missing, damaged, [{ from: 0, until }]);
  return { complete, holes };
}
