import type { InProcessBus } from './in-process-bus.ts';

export interface SpoolConfig {
  /** Where the spool lies; one process at a time. `undefined`: what is heard is kept in memory only. */
  readonly folder: string | undefined;
  /** How much may wait to be committed, in bytes of messages. */
  readonly maxBytes: number;
  /** Messages that arrive within this many ms are stored together. */
  readonly groupCommitMs: number;
  /** How long a standby keeps what another subscriber has committed already, in ms. */
  readonly standbyWindowMs: number;
}

export const DEFAULT_SPOOL: SpoolConfig = {
  folder: undefined,
  maxBytes: 1024 * 1024 * 1024,
  groupCommitMs: 20,
  standbyWindowMs: 60_000,
};

export interface InProcessFeedConfig {
  readonly kind: 'in-process';
  readonly exchanges: readonly string[];
  readonly bus: InProcessBus;
  readonly spool: SpoolConfig;
}

export interface PubSubFeedConfig {
  readonly kind: 'pubsub';
  readonly exchanges: readonly string[];
  /** `redis://` or `rediss://`; user, password and database number are read from it. */
  readonly redisUrl: string;
  readonly spool: SpoolConfig;
}

export interface StreamFeedConfig {
  readonly kind: 'stream';
  readonly exchanges: readonly string[];
  readonly redisUrl: string;
  /** A stream longer than this is trimmed up to what is committed, never further. */
  readonly maxStreamLength: number;
}

export type TickFeedConfig = InProcessFeedConfig | PubSubFeedConfig | StreamFeedConfig;

export type TickSinkConfig =
  | { readonly kind: 'in-process'; readonly bus: InProcessBus }
  | { readonly kind: 'pubsub'; readonly redisUrl: string }
  | { readonly kind: 'stream'; readonly redisUrl: string };
