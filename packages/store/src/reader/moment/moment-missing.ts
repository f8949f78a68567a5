import type { EpochMicros } from '@tickwatch/core';
import type { Completeness } from '../coverage/completeness.ts';
import { askExchangesMissing } from '../queries/coverage.ts';
import type { Snapshot } from '../snapshot.ts';
import { withDamaged } from '../ticks/with-damaged.ts';

/**
 * What an answer as of a moment lacks: a price may be older than it was where the moment lies in a hole, or in what a damaged
 * block held. Ask when the answer's blocks are read: those that it needed are told, no others.
 */
export async function askMomentMissing(
  snapshot: Snapshot,
  exchange: string | undefined,
  moment: EpochMicros,
): Promise<Completeness> {
  const until = moment + 1;
  const missing = await askExchangesMissing(snapshot, exchange, { from: moment, until });
  const { complete, holes } = withDamaged(missing, snapshot.blocks.damaged, [{ from: 0, until }]);
  return { complete, holes };
}
