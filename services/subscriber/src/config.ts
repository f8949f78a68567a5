import { join } from 'node:path';
import { DEFAULT_EXCHANGES, DEFAULT_FUTURE_TOLERANCE_MS, isExchangeName } from '@tickwatch/core';
import { DEFAULT_SPOOL, type SpoolConfig } from '@tickwatch/feed';
import { DEFAULT_BOARD_BYTES } from '@tickwatch/live';
import {
  centrifugoSettings,
  type EnvReader,
  feedServer,
  messageRules,
  sealAfterDays,
  sealedMinutes,
  sessionCalendars,
  storeNode,
  trustedProxies,
} from '@tickwatch/runtime';
import { DEFAULT_REJECTED_PER_MINUTE, type Retention, type Sealing } from '@tickwatch/store';

export type SubscriberConfig = ReturnType<typeof subscriberConfig>;

/** Reads the subscriber's settings; the caller calls `env.finish()`. */
export function subscriberConfig(env: EnvReader) {
  const dataDir = env.text('DATA_DIR', { default: './data' });
  const lanes = env.lanes('LANES', env.list('EXCHANGES', DEFAULT_EXCHANGES, isExchangeName));
  const url = env.url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] });
  return {
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 9102, max: 65_535 }),
    /** How many lanes each exchange has. */
    lanes,
    /** A tick may carry a time so far ahead of the clock. */
    futureToleranceMs: env.integer('FUTURE_TOLERANCE_MS', {
      default: DEFAULT_FUTURE_TOLERANCE_MS,
      min: 0,
      max: 86_400_000,
    }),
    /** Which forms of messages and prices an exchange has. */
    rulesOf: messageRules(env, {
      MESSAGE_MAP: env.optionalText('MESSAGE_MAP'),
      SIGNED_PRICES: env.optionalText('SIGNED_PRICES'),
    }),
    /** Messages of an exchange that are no ticks: so many are kept a minute, all are counted. */
    rejectedPerMinute: env.integer('REJECTED_PER_MINUTE', {
      default: DEFAULT_REJECTED_PER_MINUTE,
      min: 0,
      max: 1_000_000,
    }),
    feed: feedSettings(env, dataDir),
    /** `url` not set: the embedded PostgreSQL with its data in this folder. */
    database: {
      url,
      /** Which of several databases: it has a part of the lanes. */
      node: storeNode(env, lanes, url),
      dataDir,
      statementTimeoutMs: env.integer('WRITE_TIMEOUT_MS', { default: 60_000, min: 100 }),
    },
    live: liveSettings(env),
    flush: {
      intervalMs: env.integer('FLUSH_INTERVAL_MS', { default: 5000, min: 10, max: 3_600_000 }),
      maxRows: env.integer('FLUSH_MAX_ROWS', { default: 100_000, min: 1, max: 10_000_000 }),
    },
    /** A leader that is silent this long is taken over. */
    staleLeaderMs: env.integer('STALE_OWNER_MS', { default: 10_000, min: 2000 }),
    /** How long stored ticks stay in memory for readers whose snapshot is older, ms. */
    tailKeepMs: env.integer('TAIL_KEEP_MS', { default: 10_000, min: 0, max: 600_000 }),
    /** When exchanges are open, for alerts. */
    calendars: sessionCalendars(env, env.file('SESSIONS_FILE')),
    retention: retention(env),
    sealing: sealing(env),
  } as const;
}

/** `undefined`: no day is packed. */
function sealing(env: EnvReader): Sealing | undefined {
  const [afterDays, minutes] = [sealAfterDays(env), sealedMinutes(env)];
  return afterDays === undefined ? undefined : { afterDays, minutes };
}

function retention(env: EnvReader): Retention {
  return {
    rawDays: env.optionalInteger('RETENTION_DAYS', { min: 1, max: 100_000 }),
    metricsDays: env.integer('METRICS_RETENTION_DAYS', { default: 90, min: 1, max: 100_000 }),
    rejectedDays: env.integer('REJECTED_RETENTION_DAYS', { default: 30, min: 1, max: 100_000 }),
    alertDays: env.integer('ALERTS_RETENTION_DAYS', { default: 90, min: 1, max: 100_000 }),
  };
}

function feedSettings(env: EnvReader, dataDir: string) {
  /** Not set: messages come from a generator in this process. */
  const server = feedServer(env);
  const spool: SpoolConfig = {
    folder: join(dataDir, 'spool'),
    maxBytes: env.integer('SPOOL_MAX_BYTES', { default: DEFAULT_SPOOL.maxBytes, min: 65_536 }),
    groupCommitMs: env.integer('SPOOL_COMMIT_MS', { default: DEFAULT_SPOOL.groupCommitMs, min: 1, max: 10_000 }),
    followerWindowMs: env.integer('STANDBY_WINDOW_MS', { default: DEFAULT_SPOOL.followerWindowMs, min: 1000 }),
    graceMs: env.integer('SPOOL_GRACE_MS', { default: DEFAULT_SPOOL.graceMs, min: 0, max: 86_400_000 }),
  };
  return { server, spool, maxStreamLength: env.integer('STREAM_MAX_LENGTH', { default: 1_000_000, min: 1 }) };
}

function liveSettings(env: EnvReader) {
  return {
    /** `undefined`: the embedded hub, served on this process's port. */
    centrifugo: centrifugoSettings(env),
    /** What a viewer of all exchanges' boards gets, at most; their lanes share it. */
    boardBytesPerSecond: env.integer('BOARD_BYTES_PER_SECOND', {
      default: DEFAULT_BOARD_BYTES,
      min: 1000,
      max: 100_000_000,
    }),
    allowedOrigins: env.list('ALLOWED_ORIGINS', []),
    /** For the embedded hub. What comes from this machine is not limited otherwise, so that believing it gives nobody more. */
    trustProxy: trustedProxies(env, ['loopback']),
  };
}
