import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, formatMicros, type LaneName } from '@tickwatch/core';
import pg from 'pg';
import { type ClosedHoles, closedHoles } from './closed-holes.ts';
import { type CoveredSpan, coverImport, readCoverage, type Span } from './import-coverage.ts';
import { type ImportPortion, type ImportResult, importPortion } from './import-ticks.ts';
import {
  findImports,
  findOverlaps,
  type ImportProgress,
  type KnownImport,
  type ListedImport,
  listImports,
  readImport,
} from './known-imports.ts';
import { joinMembers } from './lease/join-members.ts';
import { type LaneStatus, listLanes, retireLanes } from './lease/operate-lanes.ts';
import { type PositionRow, toPosition } from './lease/position-row.ts';
import { Maintenance } from './maintenance.ts';
import { runMigrations } from './migrate.ts';
import { createPartitions, daysAhead } from './partitions.ts';
import { type ConnectionSettings, clientConfig, closeClient, openClient } from './pg-connection.ts';
import { dropOldDays, type Retention } from './retention.ts';
import { type SealDayOptions, sealDay } from './sealing/seal-day.ts';
import { type DaysToSeal, daysToSeal } from './sealing/seal-old-days.ts';
import type { SealedDay, SealOutcome } from './sealing/seal-outcome.ts';
import { type Unsealed, type UnsealOptions, unsealDay } from './sealing/unseal-day.ts';
import { type SealedCheck, verifySealedDay } from './sealing/verify-day.ts';
import { READ_POSITIONS } from './statements/lane-statements.ts';
import { SEALED_DAYS } from './statements/seal-statements.ts';
import {
  CAN_WRITE,
  DAYS_WITH_DATA,
  INSERT_METRICS,
  REBUILD_ROLLUPS,
  WRONG_ROLLUPS,
} from './statements/write-statements.ts';
import { rebuildTotals, type TotalsDifference, verifyTotals } from './stock-totals.ts';
import { toStoreError } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';
import { type LanePosition, type MetricRow, StoreUnavailableError, type TickStore } from './tick-store.ts';
import { type Undone, undoImport } from './undo-import.ts';
import { DEFAULT_REJECTED_PER_MINUTE } from './write/rejected-rows.ts';

export interface PostgresStoreOptions {
  readonly connectionString: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Longest time for one statement in ms, a batch's COPY included. Default 30,000. */
  readonly statementTimeoutMs?: number;
  /** Connections for metrics, maintenance and imports; a membership has two more. Default 4. */
  readonly poolSize?: number;
  /** Unset: everything is kept. */
  readonly retention?: Retention;
  /** Whole days between a day's end and when it is packed, in the background; unset: no day is. */
  readonly sealAfterDays?: number | undefined;
  /** Messages of an exchange that are no ticks: so many are kept a minute, the others are counted. Default 1000. */
  readonly rejectedPerMinute?: number;
  readonly onEvent?: OnStoreEvent;
}

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
  /** Days that are sealed, ascending, both bounds inclusive. */
  sealedDays(from?: string, to?: string): Promise<readonly SealedDay[]>;
  /** Unpacks every block of a day and compares its counts with the day's rollups. */
  verifySealedDay(day: string): Promise<SealedCheck>;
}

interface SealedDayRow extends Omit<SealedDay, 'ticks' | 'bytes'> {
  readonly ticks: string;
  readonly bytes: string;
}

const STATEMENT_TIMEOUT_MS = 30_000;
/** For migrations, imports and rebuilds, which nobody waits for. */
const LONG_TIMEOUT_MS = 10 * 60_000;
const PING_TIMEOUT_MS = 2000;

/** A store on any PostgreSQL >= 15. Opens connections when it needs them; nothing is retried but {@link TickStore.migrate}. */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS, poolSize = 4, retention = {}, onEvent = () => {} } = options;
  const { rejectedPerMinute = DEFAULT_REJECTED_PER_MINUTE, sealAfterDays } = options;
  const settings: ConnectionSettings = { ...options, statementTimeoutMs };
  const patient: ConnectionSettings = { ...settings, statementTimeoutMs: LONG_TIMEOUT_MS };
  const pool = new pg.Pool({ ...clientConfig(settings), max: poolSize, idleTimeoutMillis: 30_000 });
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', () => {});
  const maintenance = new Maintenance(settings, patient, retention, sealAfterDays, onEvent);
  const highest = { value: 0 };
  let migrated = false;

  const translated = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw toStoreError(error);
    });

  const withClient = <T>(use: (client: pg.Client) => Promise<T>): Promise<T> =>
    translated(
      openClient(patient).then(async (client) => {
        try {
          return await use(client);
        } finally {
          await closeClient(client);
        }
      }),
    );

  return {
    async migrate(signal) {
      for (let attempt = 0; !migrated; attempt++) {
        try {
          const applied = await withClient((client) => {
            client.on('notice', ({ severity, message }) => {
              if (severity === 'WARNING') onEvent({ type: 'migration_warned', warning: message ?? '' });
            });
            return runMigrations(client);
          });
          if (applied.length > 0) onEvent({ type: 'migrated', applied });
          await maintenance.start();
          migrated = true;
        } catch (error) {
          if (!(error instanceof StoreUnavailableError) || signal?.aborted === true) throw error;
          const retryInMs = Math.round(backoffMs(attempt));
          onEvent({ type: 'waiting_for_database', error: error.message, retryInMs });
          await sleep(retryInMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
            throw error;
          });
        }
      }
    },

    async join(request) {
      try {
        return await joinMembers(settings, request, highest, onEvent, rejectedPerMinute);
      } catch (error) {
        // The database may have been replaced by an empty one.
        migrated = false;
        throw error;
      }
    },

    async positions() {
      const { rows } = await translated(pool.query<PositionRow>(READ_POSITIONS));
      return new Map(rows.map((row): [LaneName, LanePosition | undefined] => [row.lane, toPosition(row)]));
    },

    async writeMetrics(rows: readonly MetricRow[]) {
      if (rows.length === 0) return;
      await translated(
        pool.query(INSERT_METRICS, [
          rows.map((row) => formatMicros(row.timestamp)),
          rows.map((row) => row.service),
          rows.map((row) => row.event),
          rows.map((row) => row.metric),
          rows.map((row) => row.value),
          rows.map((row) => row.unit),
        ]),
      );
    },

    async ping() {
      const query = { text: CAN_WRITE, query_timeout: PING_TIMEOUT_MS };
      const { rows } = await translated(pool.query<{ read_only: boolean }>(query));
      if (rows[0]?.read_only === true) throw new StoreUnavailableError('PostgreSQL is read-only');
    },

    ensurePartitions: (days = daysAhead()) => withClient((client) => createPartitions(client, days, onEvent)),
    applyRetention: (days) => withClient((client) => dropOldDays(client, days, onEvent)),
    lanes: () => withClient(listLanes),
    retire: (name) => withClient((client) => retireLanes(client, name)),
    importProgress: (source) => withClient((client) => readImport(client, source)),
    importTicks: (portion) => withClient((client) => importPortion(client, portion, onEvent, rejectedPerMinute)),
    findImports: (digests) => withClient((client) => findImports(client, digests)),
    findOverlaps: (hashes) => withClient((client) => findOverlaps(client, hashes)),
    coverImport: (source, covers) => withClient((client) => coverImport(client, source, covers)),
    importCoverage: (source) => withClient((client) => readCoverage(client, source)),
    closedHoles: (spans, source, rejected) => withClient((client) => closedHoles(client, spans, source, rejected)),
    imports: () => withClient(listImports),
    undoImport: (source, onPortion = () => {}) => withClient((client) => undoImport(client, source, onPortion)),

    daysWithData: (from, to) =>
      withClient(async (client) => {
        const { rows } = await client.query<{ day: string }>(DAYS_WITH_DATA, [from ?? null, to ?? null]);
        return rows.map((row) => row.day);
      }),
    rebuildRollups: (day) =>
      withClient(async (client) => {
        await client.query(REBUILD_ROLLUPS, [day]);
      }),
    verifyRollups: (day) =>
      withClient(async (client) => (await client.query<RollupDifference>(WRONG_ROLLUPS, [day])).rows),

    rebuildTotals: () => withClient(rebuildTotals),
    verifyTotals: () => withClient(verifyTotals),

    daysToSeal: (which) => withClient((client) => daysToSeal(client, which)),
    sealDay: (day, sealing) => translated(sealDay(patient, day, sealing)),
    unsealDay: (day, unsealing) => translated(unsealDay(patient, day, unsealing)),
    verifySealedDay: (day) => withClient((client) => verifySealedDay(client, day)),
    sealedDays: (from, to) =>
      withClient(async (client) => {
        const { rows } = await client.query<SealedDayRow>(SEALED_DAYS, [from ?? null, to ?? null]);
        return rows.map((row) => ({ ...row, ticks: Number(row.ticks), bytes: Number(row.bytes) }));
      }),

    async [Symbol.asyncDispose]() {
      await maintenance[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}
