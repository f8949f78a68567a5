import type { EpochMicros } from '@tickwatch/core';
import type { FiringPlace } from './alert-outbox.ts';

/** Of no transaction at all. */
export const NOTHING_SEEN = '1:1:';
/** Before every id. */
export const FIRST_PLACE_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Which transactions were seen (a pg_snapshot of PostgreSQL as text): firings of all others are still to come. While several
 * pages lie in between: which are to be seen, and where the page before ended.
 */
export interface SeenFirings {
  readonly seen: string;
  readonly page?: { readonly upto: string; readonly recordedAt: EpochMicros; readonly id: string } | undefined;
}

export function formatPlace({ seen, page }: SeenFirings): FiringPlace {
  const parts = page === undefined ? [seen] : [seen, page.upto, page.recordedAt, page.id];
  return parts.join(' ') as FiringPlace;
}

export function readPlace(place: FiringPlace): SeenFirings {
  const [seen = '', upto, recordedAt, id] = place.split(' ');
  if (upto === undefined || id === undefined) return { seen };
  return { seen, page: { upto, recordedAt: Number(recordedAt) as EpochMicros, id } };
}
