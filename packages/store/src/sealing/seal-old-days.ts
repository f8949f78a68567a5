import type pg from 'pg';
import { dayFromNow } from '../partitions.ts';
import type { ConnectionSettings } from '../pg-connection.ts';
import { DAYS_TO_SEAL } from '../statements/seal-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import { sealDay } from './seal-day.ts';

/** Of a core: ticks that come now don't notice. */
const BACKGROUND_SHARE = 0.25;

export interface DaysToSeal {
  /** Whole days between a day's end and now. */
  readonly olderThanDays: number;
  /** True: days that were unsealed a short while ago, too. Else they are left alone for as many days. */
  readonly alsoUnsealed?: boolean;
}

/** Days (UTC) that have ticks outside of blocks and are old enough, ascending; none that retention has dropped. */
export async function daysToSeal(
  client: pg.ClientBase,
  { olderThanDays, alsoUnsealed = false }: DaysToSeal,
): Promise<readonly string[]> {
  const values = [dayFromNow(-olderThanDays), alsoUnsealed ? 0 : olderThanDays];
  const { rows } = await client.query<{ day: string }>(DAYS_TO_SEAL, values);
  return rows.map(({ day }) => day);
}

/** Seals day by day, with what is left of a core. Never rejects: what went wrong is told, and tried again another time. */
export async function sealDays(
  settings: ConnectionSettings,
  days: readonly string[],
  onEvent: OnStoreEvent,
  signal: AbortSignal,
): Promise<void> {
  let first: { readonly day: string; readonly why: string } | undefined;
  let postponed = 0;
  for (const day of days) {
    try {
      const outcome = await sealDay(settings, day, { share: BACKGROUND_SHARE, signal });
      if (outcome.state === 'sealed') {
        const { ticks, packed, blocks, bytes, seconds, damaged } = outcome;
        onEvent({ type: 'day_sealed', day, ticks, packed, blocks, bytes, seconds });
        for (const detail of damaged) onEvent({ type: 'block_damaged', day, detail });
        continue;
      }
      // Whoever is at it does all of them.
      if (outcome.isOthersTurn) return;
      postponed++;
      first ??= outcome;
    } catch (error) {
      if (signal.aborted) return;
      postponed++;
      first ??= { day, why: toStoreError(error).message };
      break;
    }
  }
  if (first !== undefined) onEvent({ type: 'seal_postponed', ...first, days: postponed });
}
