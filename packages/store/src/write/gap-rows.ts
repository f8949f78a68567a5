import { exchangeOf, formatMicros } from '@tickwatch/core';
import type pg from 'pg';
import { BEGIN_COVERAGE, INSERT_GAPS } from '../statements/gap-statements.ts';
import type { LaneBatch } from '../tick-store.ts';

/** Records the holes that batches close, and where coverage begins, inside the caller's transaction; before the lanes advance. */
export async function insertGaps(client: pg.ClientBase, batches: readonly LaneBatch[]): Promise<void> {
  const gaps = batches.flatMap((batch) => batch.gaps ?? []);
  if (gaps.length > 0) {
    await client.query(INSERT_GAPS, [
      gaps.map(({ lane }) => lane),
      gaps.map(({ lanes }) => lanes),
      gaps.map(({ lane }) => exchangeOf(lane)),
      gaps.map(({ from }) => formatMicros(from)),
      gaps.map(({ to }) => formatMicros(to)),
      gaps.map(({ fromSeq }) => fromSeq),
      gaps.map(({ toSeq }) => toSeq),
      gaps.map(({ messages }) => messages),
      gaps.map(({ reason }) => reason),
      gaps.map(({ detail }) => detail),
    ]);
  }
  const begun = batches.flatMap(({ position: { lane }, coveredFrom }) =>
    coveredFrom === undefined ? [] : [{ exchange: exchangeOf(lane), from: formatMicros(coveredFrom) }],
  );
  if (begun.length === 0) return;
  await client.query(BEGIN_COVERAGE, [begun.map(({ exchange }) => exchange), begun.map(({ from }) => from)]);
}
