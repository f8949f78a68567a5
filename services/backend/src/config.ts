import { tmpdir } from 'node:os';
import type { Calendars } from '@tickwatch/core';
import {
  adminToken,
  type CentrifugoSettings,
  centrifugoSettings,
  type EnvReader,
  type Operations,
  operations,
  sessionCalendars,
  type TrustedProxies,
  trustedProxies,
} from '@tickwatch/runtime';
import { DEFAULT_REPLAY_LIMITS, MS_PER_DAY, MS_PER_MINUTE, type ReplayLimits } from './replay/replay-limits.ts';

export const DEFAULT_FILES_MAX_BYTES = 2_147_483_648;

/** A database that has a part of the lanes. */
export interface DatabaseNode {
  readonly url: string;
  readonly subscriberUrls: readonly string[];
}

export interface BackendConfig {
  readonly host: string;
  readonly port: number;
  /** `undefined`: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** A replica for reads. */
  readonly databaseReadUrl: string | undefined;
  /** Several databases that share the lanes, in order, each of them or a replica of it; empty: there is one. */
  readonly databaseNodes: readonly DatabaseNode[];
  /** Where an administrator's changes are written, as a user who may; `undefined`: `databaseUrl`. */
  readonly adminDatabaseUrl: string | undefined;
  /** What whoever changes something shows; `undefined`: nobody may. */
  readonly adminToken: string | undefined;
  readonly dataDir: string;
  /** Where the subscribers answer `/tail` and `/ledger`; each leads some of the lanes. */
  readonly subscriberUrls: readonly string[];
  readonly subscriberTimeoutMs: number;
  /** Addresses of proxies whose X-Forwarded-For is believed, or true: every peer's. */
  readonly trustProxy: TrustedProxies;
  readonly operations: Operations;
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly poolConnections: number;
  readonly queueRequests: number;
  readonly queueTimeoutMs: number;
  readonly exportsMax: number;
  readonly exportTimeoutMs: number;
  readonly exportStallMs: number;
  /** Where answers lie that are files, while they are read. */
  readonly filesDir: string;
  readonly filesMaxBytes: number;
  /** Requests per client address and minute; 0: no limit. */
  readonly rateLimitPerMinute: number;
  readonly replays: ReplayLimits;
  /** When exchanges are open. */
  readonly calendars: Calendars;
  /** Where replays are published; `undefined`: nowhere but on a hub of this process. */
  readonly centrifugo: CentrifugoSettings | undefined;
}

/** Reads the settings; `env.finish()` is left to the caller. */
export function backendConfig(env: EnvReader): BackendConfig {
  const protocols = ['postgres', 'postgresql'];
  const nodeUrls = databaseNodeUrls(env);
  const subscribers = subscriberGroups(env, nodeUrls.length);
  return {
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 5050, max: 65_535 }),
    databaseUrl: env.url('DATABASE_URL', { protocols }),
    databaseReadUrl: env.url('DATABASE_READ_URL', { protocols }),
    adminDatabaseUrl: env.url('ADMIN_DATABASE_URL', { protocols }),
    adminToken: adminToken(env),
    dataDir: env.text('DATA_DIR', { default: './data' }),
    databaseNodes: nodeUrls.map((url, i) => ({ url, subscriberUrls: subscribers[i] ?? [] })),
    subscriberUrls: subscribers.flat(),
    subscriberTimeoutMs: env.integer('SUBSCRIBER_TIMEOUT_MS', { default: 250, min: 10, max: 10_000 }),
    trustProxy: trustedProxies(env),
    operations: operations(env),
    statementTimeoutMs: env.integer('STATEMENT_TIMEOUT_MS', { default: 15_000, min: 100 }),
    connectTimeoutMs: env.integer('CONNECT_TIMEOUT_MS', { default: 2000, min: 100 }),
    poolConnections: env.integer('POOL_CONNECTIONS', { default: 8, min: 1, max: 500 }),
    queueRequests: env.integer('QUEUE_MAX_REQUESTS', { default: 200, max: 100_000 }),
    queueTimeoutMs: env.integer('QUEUE_TIMEOUT_MS', { default: 5000, min: 1 }),
    exportsMax: env.integer('EXPORTS_MAX', { default: 4, min: 1, max: 100 }),
    exportTimeoutMs: env.integer('EXPORT_TIMEOUT_MS', { default: 1_800_000, min: 1000 }),
    exportStallMs: env.integer('EXPORT_STALL_MS', { default: 30_000, min: 100 }),
    filesDir: env.text('FILES_DIR', { default: tmpdir() }),
    filesMaxBytes: env.integer('FILES_MAX_BYTES', { default: DEFAULT_FILES_MAX_BYTES, min: 1_000_000 }),
    rateLimitPerMinute: env.integer('RATE_LIMIT_PER_MINUTE', { default: 60_000 }),
    replays: {
      most: env.integer('REPLAYS_MAX', { default: DEFAULT_REPLAY_LIMITS.most, min: 1, max: 100 }),
      ticksPerSecond: env.integer('REPLAY_MAX_TICKS_PER_SECOND', {
        default: DEFAULT_REPLAY_LIMITS.ticksPerSecond,
        min: 100,
        max: 1_000_000,
      }),
      longestRangeMs:
        MS_PER_DAY *
        env.integer('REPLAY_MAX_DAYS', {
          default: DEFAULT_REPLAY_LIMITS.longestRangeMs / MS_PER_DAY,
          min: 1,
          max: 10_000,
        }),
      longestMs:
        MS_PER_MINUTE *
        env.integer('REPLAY_MAX_MINUTES', {
          default: DEFAULT_REPLAY_LIMITS.longestMs / MS_PER_MINUTE,
          min: 1,
          max: 100_000,
        }),
    },
    calendars: sessionCalendars(env, env.file('SESSIONS_FILE')),
    centrifugo: centrifugoSettings(env),
  };
}

const SPACE = /\s+/;
/** The other settings that say where the database is. */
const ONE_DATABASE = ['DATABASE_URL', 'DATABASE_READ_URL', 'ADMIN_DATABASE_URL'];

/** The databases that are read together instead of one; where there are some, nothing is changed in any. */
function databaseNodeUrls(env: EnvReader): readonly string[] {
  const urls = env.secret('DATABASE_NODE_URLS')?.split(SPACE) ?? [];
  if (urls.length === 0) return urls;
  const bad = urls.findIndex((url) => !/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url));
  if (bad >= 0) env.problem(`DATABASE_NODE_URLS: number ${bad + 1} is no URL that starts with postgresql://`);
  if (urls.length === 1) env.problem('DATABASE_NODE_URLS names one database only: that is DATABASE_URL');
  for (const name of ONE_DATABASE) {
    if (env.optionalText(name) !== undefined || env.optionalText(`${name}_FILE`) !== undefined)
      env.problem(`${name} and DATABASE_NODE_URLS are both set; keep one`);
  }
  return urls;
}

/** Commas stand between the subscribers of one database, spaces between those of one node and of the next. */
function subscriberGroups(env: EnvReader, nodes: number): readonly (readonly string[])[] {
  const text = env.optionalText('SUBSCRIBER_URL');
  if (text === undefined) return [];
  const joined = text.replaceAll(/\s*,\s*/g, ',').trim();
  const groups = (nodes === 0 ? [joined] : joined.split(SPACE)).map((group) =>
    group.split(',').map((url) => subscriberUrl(env, url)),
  );
  if (nodes > 0 && groups.length !== nodes)
    env.problem(
      `SUBSCRIBER_URL names the subscribers of ${groups.length} of ${nodes} nodes (DATABASE_NODE_URLS): put spaces between nodes, and commas between subscribers of one`,
    );
  return groups;
}

function subscriberUrl(env: EnvReader, url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    env.problem(`SUBSCRIBER_URL holds "${url}", which is no http URL`);
  return url;
}
