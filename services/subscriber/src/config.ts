import { join } from 'node:path';
import { DEFAULT_EXCHANGES, DEFAULT_FUTURE_TOLERANCE_MS, isExchangeName, type LaneCounts } from '@tickwatch/core';
import { DEFAULT_SPOOL, type SpoolConfig } from '@tickwatch/feed';
import type { EnvReader } from '@tickwatch/runtime';
import type { Retention } from '@tickwatch/store';

export interface SubscriberConfig {
  readonly host: string;
  readonly port: number;
  /** How many lanes each exchange has. */
  readonly lanes: LaneCounts;
  /** A tick may carry a time so far ahead of the clock. */
  readonly futureToleranceMs: number;
  readonly feed: FeedSettings;
  readonly database: DatabaseSettings;
  readonly live: LiveSettings;
  readonly flush: { readonly intervalMs: number; readonly maxRows: number };
  /** A leader that is silent this long is taken over. */
  readonly staleLeaderMs: number;
  /** How long stored ticks stay in memory for readers whose snapshot is older, ms. */
  readonly tailKeepMs: number;
  readonly retention: Retention;
}

export interface FeedSettings {
  readonly kind: 'pubsub' | 'stream';
  /** Not set: messages come from a generator in this process. */
  readonly redisUrl: string | undefined;
  readonly spool: SpoolConfig;
  readonly maxStreamLength: number;
}

/** `url` not set: the embedded PostgreSQL with its data in this folder. */
export interface DatabaseSettings {
  readonly url: string | undefined;
  readonly dataDir: string;
  readonly statementTimeoutMs: number;
}

/** `apiUrl` not set: the embedded hub, served on this process's port. */
export interface LiveSettings {
  readonly apiUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly allowedOrigins: readonly string[];
}

/** Reads the subscriber's settings; the caller calls `env.finish()`. */
export function subscriberConfig(env: EnvReader): SubscriberConfig {
  const dataDir = env.text('DATA_DIR', { default: './data' });
  return {
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 9102, max: 65_535 }),
    lanes: env.lanes('LANES', env.list('EXCHANGES', DEFAULT_EXCHANGES, isExchangeName)),
    futureToleranceMs: env.integer('FUTURE_TOLERANCE_MS', {
      default: DEFAULT_FUTURE_TOLERANCE_MS,
      min: 0,
      max: 86_400_000,
    }),
    feed: feedSettings(env, dataDir),
    database: {
      url: env.url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
      dataDir,
      statementTimeoutMs: env.integer('WRITE_TIMEOUT_MS', { default: 60_000, min: 100 }),
    },
    live: liveSettings(env),
    flush: {
      intervalMs: env.integer('FLUSH_INTERVAL_MS', { default: 5000, min: 10, max: 3_600_000 }),
      maxRows: env.integer('FLUSH_MAX_ROWS', { default: 100_000, min: 1, max: 10_000_000 }),
    },
    staleLeaderMs: env.integer('STALE_OWNER_MS', { default: 10_000, min: 2000 }),
    tailKeepMs: env.integer('TAIL_KEEP_MS', { default: 10_000, min: 0, max: 600_000 }),
    retention: {
      rawDays: env.optionalInteger('RETENTION_DAYS', { min: 1, max: 100_000 }),
      metricsDays: env.integer('METRICS_RETENTION_DAYS', { default: 90, min: 1, max: 100_000 }),
    },
  };
}

function feedSettings(env: EnvReader, dataDir: string): FeedSettings {
  const redisUrl = env.url('REDIS_URL', { protocols: ['redis', 'rediss'] });
  const kind = env.choice('TICK_FEED', ['pubsub', 'stream'], 'pubsub');
  if (kind === 'stream' && redisUrl === undefined) env.problem('TICK_FEED is "stream" but REDIS_URL is not set');
  return {
    kind,
    redisUrl,
    maxStreamLength: env.integer('STREAM_MAX_LENGTH', { default: 1_000_000, min: 1 }),
    spool: {
      folder: join(dataDir, 'spool'),
      maxBytes: env.integer('SPOOL_MAX_BYTES', { default: DEFAULT_SPOOL.maxBytes, min: 65_536 }),
      groupCommitMs: env.integer('SPOOL_COMMIT_MS', { default: DEFAULT_SPOOL.groupCommitMs, min: 1, max: 10_000 }),
      followerWindowMs: env.integer('STANDBY_WINDOW_MS', { default: DEFAULT_SPOOL.followerWindowMs, min: 1000 }),
      graceMs: env.integer('SPOOL_GRACE_MS', { default: DEFAULT_SPOOL.graceMs, min: 0, max: 86_400_000 }),
    },
  };
}

function liveSettings(env: EnvReader): LiveSettings {
  const apiUrl = env.url('CENTRIFUGO_API_URL', { protocols: ['http', 'https'] });
  const apiKey = env.secret('CENTRIFUGO_API_KEY');
  if (apiUrl !== undefined && apiKey === undefined) {
    env.problem('CENTRIFUGO_API_URL is set but CENTRIFUGO_API_KEY is not');
  }
  return {
    apiUrl,
    apiKey,
    timeoutMs: env.integer('CENTRIFUGO_TIMEOUT_MS', { default: 3000, min: 100, max: 60_000 }),
    allowedOrigins: env.list('ALLOWED_ORIGINS', []),
  };
}
