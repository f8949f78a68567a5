import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, formatMicros, type LaneName, type StoreNode, WHOLE_STORE } from '@tickwatch/core';
import pg from 'pg';
import { AlertConflictError } from './alerts/alert-conflict-error.ts';
import { createAlertReader } from './alerts/alert-reader.ts';
import { createAlertAdmin } from './alerts/change-alerts.ts';
import { clearRejected } from './clear-rejected.ts';
import { closedHoles } from './closed-holes.ts';
import { coverImport, readCoverage } from './import-coverage.ts';
import { importPortion } from './import-ticks.ts';
import { findImports, findOverlaps, listImports, readImport } from './known-imports.ts';
import { joinMembers } from './lease/join-members.ts';
import { listLanes, retireLanes } from './lease/operate-lanes.ts';
import { type PositionRow, toPosition } from './lease/position-row.ts';
import { Maintenance } from './maintenance.ts';
import { runMigrations } from './migrate.ts';
import type { PostgresStore, RollupDifference } from './operator-store.ts';
import { createPartitions, daysAhead } from './partitions.ts';
import { type ConnectionSettings, clientConfig, closeClient, openClient } from './pg-connection.ts';
import { rebuildRollups } from './rebuild-rollups.ts';
import { dropOldDays, type Retention } from './retention.ts';
import { dropMinutes } from './sealing/drop-minutes.ts';
import { sealDay } from './sealing/seal-day.ts';
import { daysToSeal, type Sealing } from './sealing/seal-old-days.ts';
import type { SealedDay } from './sealing/seal-outcome.ts';
import { unsealDay } from './sealing/unseal-day.ts';
import { verifySealedDay } from './sealing/verify-day.ts';
import { READ_POSITIONS } from './statements/lane-statements.ts';
import { SEALED_DAYS } from './statements/seal-statements.ts';
import { CAN_WRITE, DAYS_WITH_DATA, INSERT_METRICS, WRONG_ROLLUPS } from './statements/write-statements.ts';
import { rebuildTotals, verifyTotals } from './stock-totals.ts';
import { toStoreError } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';
import { type LanePosition, type MetricRow, StoreUnavailableError } from './tick-store.ts';
import { undoImport } from './undo-import.ts';
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
  /** What becomes of days that are over, in the background; unset: nothing. */
  readonly sealing?: Sealing | undefined;
  /** True: damaged blocks are looked for in the background. */
  readonly checksBlocks?: boolean;
  /** Messages of an exchange that are no ticks: so many are kept a minute, the others are counted. Default 1000. */
  readonly rejectedPerMinute?: number;
  /** Which of several databases it is; default: the only one. */
  readonly node?: StoreNode;
  readonly onEvent?: OnStoreEvent;
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
  const {
    rejectedPerMinute = DEFAULT_REJECTED_PER_MINUTE,
    sealing,
    checksBlocks = false,
    node = WHOLE_STORE,
  } = options;
  const settings: ConnectionSettings = { ...options, statementTimeoutMs };
  const patient: ConnectionSettings = { ...settings, statementTimeoutMs: LONG_TIMEOUT_MS };
  const pool = new pg.Pool({ ...clientConfig(settings), max: poolSize, idleTimeoutMillis: 30_000 });
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', () => {});
  const maintenance = new Maintenance(settings, patient, retention, sealing, checksBlocks, onEvent);
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

  /** For what is done often, and quickly. */
  const withPooled = <T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
    translated(
      pool.connect().then(async (client) => {
        try {
          const result = await use(client);
          client.release();
          return result;
        } catch (error) {
          // What was refused in words of ours left its transaction behind; of anything else nobody knows.
          client.release(!(error instanceof AlertConflictError));
          throw error;
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
        return await joinMembers(settings, request, highest, onEvent, rejectedPerMinute, node);
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

    alerts: createAlertReader({ settings, pool, withClient, onEvent }),
    alertAdmin: createAlertAdmin(withPooled),

    ensurePartitions: (days = daysAhead()) => withClient((client) => createPartitions(client, days, onEvent)),
    applyRetention: (days) => withClient((client) => dropOldDays(client, days, onEvent)),
    lanes: () => withClient(listLanes),
    retire: (name) => withClient((client) => retireLanes(client, name)),
    clearRejected: (selection, deadlineMs) => withClient((client) => clearRejected(client, selection, deadlineMs)),
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
    rebuildRollups: (day) => withClient((client) => rebuildRollups(client, day)),
    verifyRollups: (day) =>
      withClient(async (client) => (await client.query<RollupDifference>(WRONG_ROLLUPS, [day])).rows),

    rebuildTotals: () => withClient(rebuildTotals),
    verifyTotals: () => withClient(verifyTotals),

    daysToSeal: (which) => withClient((client) => daysToSeal(client, which)),
    sealDay: (day, sealing) => translated(sealDay(patient, day, sealing)),
    dropMinutes: () => withClient((client) => dropMinutes(client)),
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
