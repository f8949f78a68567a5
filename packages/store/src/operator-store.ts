import type { AlertAdmin } from './alerts/alert-admin.ts';
import type { ClearedRejected, RejectedSelection } from './clear-rejected.ts';
import type { ClosedHoles } from './closed-holes.ts';
import type { CoveredSpan, Span } from './import-coverage.ts';
import type { ImportPortion, ImportResult } from './import-ticks.ts';
import type { ImportProgress, KnownImport, ListedImport } from './known-imports.ts';
import type { LaneStatus } from './lease/operate-lanes.ts';
import type { SealDayOptions } from './sealing/seal-day.ts';
import type { DaysToSeal } from './sealing/seal-old-days.ts';
import type { SealedDay, SealOutcome } from './sealing/seal-outcome.ts';
import type { Unsealed, UnsealOptions } from './sealing/unseal-day.ts';
import type { SealedCheck } from './sealing/verify-day.ts';
import type { TotalsDifference } from './stock-totals.ts';
import type { TickStore } from './tick-store.ts';
import type { Undone } from './undo-import.ts';

/** A rollup that is not what the level below it amounts to. */
export interface RollupDifference {
  readonly stock: string;
  readonly exchange: string;
  readonly width: 'minute' | 'hour' | 'day';
  /** RFC 3339. */
  readonly bucket: string;
  /** For a person. */
  readonly detail: string;
}

/** The writing side on PostgreSQL, with what its operators need besides ingestion. */
export interface PostgresStore extends TickStore {
  readonly alertAdmin: AlertAdmin;
  /** Creates the partitions of these days (UTC, `YYYY-MM-DD`; default: today and the next two) where missing. */
  ensurePartitions(days?: readonly string[]): Promise<void>;
  /** Drops raw ticks older than so many whole days. @returns partitions dropped */
  applyRetention(days: number): Promise<number>;
  importProgress(source: string): Promise<ImportProgress>;
  /** Stores a portion and its place in one transaction. @throws ImportMovedError the source was imported further */
  importTicks(portion: ImportPortion): Promise<ImportResult>;
  /** The imports whose text has one of these digests, those that share most with it first. */
  findImports(digests: readonly string[]): Promise<readonly KnownImport[]>;
  /** The imports with lines of these hashes, and the smallest hashes of all of each one's lines. */
  findOverlaps(
    hashes: readonly number[],
  ): Promise<readonly { readonly source: string; readonly sketch: readonly number[] }[]>;
  /** Says of an import that is finished that it has everything of its exchanges in this time. */
  coverImport(source: string, covers: Span): Promise<void>;
  /** What an import covers; nothing before it is finished. */
  importCoverage(source: string): Promise<readonly CoveredSpan[]>;
  /**
   * Holes that an import fills, or would fill, wholly or in part, and that others did not fill already.
   * @param source `undefined`: it is not stored @param rejected holes of its own that are not stored either
   */
  closedHoles(
    spans: readonly CoveredSpan[],
    source: string | undefined,
    rejected?: readonly CoveredSpan[],
  ): Promise<ClosedHoles>;
  /** Newest first. */
  imports(): Promise<readonly ListedImport[]>;
  /** Deletes exactly the ticks of an import, and what is known of it. @throws UndoError */
  undoImport(source: string, onPortion?: (sofar: Undone) => void): Promise<Undone>;
  /** Days (UTC) with ticks or rollups, ascending, both bounds inclusive. */
  daysWithData(from?: string, to?: string): Promise<readonly string[]>;
  /** The lanes that have a row, for a person. */
  lanes(): Promise<readonly LaneStatus[]>;
  /** Forgets a lane (`NASDAQ/3`), or all lanes of an exchange; their ticks stay. @throws RetireError */
  retire(name: string): Promise<readonly LaneStatus[]>;
  /**
   * Deletes messages that were no ticks, and where no time is given their counts too, until the deadline (ms from now,
   * default ten seconds) has passed. Safe to be done again.
   */
  clearRejected(selection: RejectedSelection, deadlineMs?: number): Promise<ClearedRejected>;
  /** Computes a day's rollups again from its ticks. */
  rebuildRollups(day: string): Promise<void>;
  /** Compares a day's rollups with its ticks, in one snapshot. */
  verifyRollups(day: string): Promise<readonly RollupDifference[]>;
  /** Computes the totals of all stocks again from their rollups. */
  rebuildTotals(): Promise<void>;
  /** Compares the totals of all stocks with their rollups. */
  verifyTotals(): Promise<readonly TotalsDifference[]>;
  /** Days (UTC) that are old enough to be sealed and have ticks outside of blocks, ascending. */
  daysToSeal(which: DaysToSeal): Promise<readonly string[]>;
  /** Packs a day into blocks, with what came late to it. */
  sealDay(day: string, options?: SealDayOptions): Promise<SealOutcome>;
  /** Puts a day's ticks back where they can be changed. @throws UnsealError, SealingTurnError */
  unsealDay(day: string, options?: UnsealOptions): Promise<Unsealed>;
  /** Drops the minutes of sealed days, which their ticks tell. @returns how many went */
  dropMinutes(): Promise<number>;
  /** Days that are sealed, ascending, both bounds inclusive. */
  sealedDays(from?: string, to?: string): Promise<readonly SealedDay[]>;
  /** Unpacks every block of a day and compares its counts with the day's rollups. */
  verifySealedDay(day: string): Promise<SealedCheck>;
}
