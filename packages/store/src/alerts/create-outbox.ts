import { type EpochMicros, formatMicros } from '@tickwatch/core';
import pg from 'pg';
import { type ConnectionSettings, clientConfig } from '../pg-connection.ts';
import type { Row } from '../reader/read-pool.ts';
import * as sql from '../statements/outbox-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import type { AlertOutbox, OutboxReceiver } from './alert-outbox.ts';
import { FIRST_PLACE_ID, formatPlace, NOTHING_SEEN, readPlace } from './firing-place.ts';
import { toFiring } from './firing-row.ts';
import { listenTo } from './listen.ts';

export interface AlertOutboxOptions {
  readonly connectionString: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Longest time for one statement in ms. Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Connections; listening takes one more. Default 4. */
  readonly poolSize?: number;
  readonly onEvent?: OnStoreEvent;
}

interface QueueRow {
  readonly id: string;
  readonly name: string;
  readonly type: OutboxReceiver['type'];
  readonly target: string;
  readonly secret: string | null;
  readonly waiting: number;
  readonly oldest: string;
  readonly due_in: number;
}

/** What of an error is kept. */
const ERROR_LENGTH = 500;

/** The outbox on PostgreSQL. Opens connections when it needs them; nothing is retried but listening. */
export function createAlertOutbox(options: AlertOutboxOptions): AlertOutbox {
  const { statementTimeoutMs = 10_000, poolSize = 4, onEvent = () => {} } = options;
  const settings: ConnectionSettings = { ...options, statementTimeoutMs };
  const pool = new pg.Pool({ ...clientConfig(settings), max: poolSize, idleTimeoutMillis: 30_000 });
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', () => {});

  const ask = async <Row extends object>(text: string, values: unknown[] = []): Promise<readonly Row[]> => {
    try {
      return (await pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  };

  return {
    async queues() {
      const rows = await ask<QueueRow>(sql.OUTBOX_QUEUES);
      return rows.map(({ id, name, type, target, secret, waiting, oldest, due_in }) => ({
        receiver: { id, name, type, target, secret: secret ?? undefined },
        waiting,
        oldest: Number(oldest) as EpochMicros,
        dueInMs: due_in,
      }));
    },

    async claim(receiverId, limit, claimMs) {
      const rows = await ask<Row>(sql.CLAIM_DELIVERIES, [receiverId, limit, claimMs]);
      return rows.map((row) => ({
        receiverId,
        firing: toFiring(row),
        attempts: Number(row.attempts),
        createdAt: Number(row.created_at) as EpochMicros,
      }));
    },

    async release(receiverId, firingIds) {
      await ask(sql.RELEASE_DELIVERIES, [receiverId, firingIds]);
    },

    async hurry(receiverId, claimMs) {
      await ask(sql.HURRY_DELIVERIES, [receiverId, claimMs]);
    },

    async delivered(receiverId, firingIds) {
      await ask(sql.DELIVERED, [receiverId, firingIds]);
    },

    async failed(receiverId, firingIds, error, retryAt) {
      const said = error.replaceAll('\0', '').slice(0, ERROR_LENGTH);
      await ask(sql.NOT_DELIVERED, [receiverId, firingIds, said, retryAt === undefined ? null : formatMicros(retryAt)]);
    },

    async firingsBehind(place, limit) {
      const { seen, page } = readPlace(place);
      const rows = await ask<Row>(sql.FIRINGS_BETWEEN, [
        seen,
        page?.upto ?? null,
        page === undefined ? '-infinity' : formatMicros(page.recordedAt),
        limit,
        page?.id ?? FIRST_PLACE_ID,
      ]);
      const upto = rows[0]?.upto ?? seen;
      const firings = rows.filter(({ id }) => id !== null).map(toFiring);
      const last = firings.at(-1);
      const isMore = last !== undefined && firings.length === limit;
      const next = isMore
        ? formatPlace({ seen, page: { upto, recordedAt: last.recordedAt, id: last.id } })
        : formatPlace({ seen: upto });
      return { firings, place: next };
    },

    async placeBefore(seconds) {
      const [row] = await ask<{ upto: string; since: string }>(sql.PLACE_BEFORE, [seconds]);
      const recordedAt = Number(row?.since) as EpochMicros;
      return formatPlace({ seen: NOTHING_SEEN, page: { upto: row?.upto ?? '', recordedAt, id: FIRST_PLACE_ID } });
    },

    listen: (onFiring) => listenTo(settings, 'alert_firings', onFiring, onEvent),

    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}
