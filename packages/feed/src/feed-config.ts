import type { FeedServer, LaneCounts } from '@tickwatch/core';
import type { InProcessBus } from './in-process.ts';

export interface SpoolConfig {
  /** Where the spool lies; one process at a time. `undefined`: what is heard is kept in memory only. */
  readonly folder: string | undefined;
  /** How much may wait to be committed, in bytes of messages. */
  readonly maxBytes: number;
  /** Messages that arrive within this many ms are stored together, by whoever writes to the spool. */
  readonly groupCommitMs: number;
  /** How long a follower keeps what another subscriber has committed already, in ms. */
  readonly followerWindowMs: number;
  /** How long committed messages are kept for a database that goes back to an older state, in ms. */
  readonly graceMs: number;
}

export const DEFAULT_SPOOL: SpoolConfig = {
  folder: undefined,
  maxBytes: 1024 * 1024 * 1024,
  groupCommitMs: 20,
  followerWindowMs: 60_000,
  graceMs: 600_000,
};

type ServerOf<Kind extends FeedServer['kind']> = Extract<FeedServer, { readonly kind: Kind }>;

/** The exchanges are those of `lanes`. */
export type FeedConfig = { readonly lanes: LaneCounts } & (
  | { readonly kind: 'in-process'; readonly bus: InProcessBus; readonly spool: SpoolConfig }
  | (ServerOf<'pubsub'> & { readonly spool: SpoolConfig })
  /** A stream longer than `maxStreamLength` is trimmed up to what is committed, never further. */
  | (ServerOf<'stream'> & { readonly maxStreamLength: number })
  /** How long they keep what is their own setting. */
  | ServerOf<'nats'>
  | ServerOf<'kafka'>
);

export type TickSinkConfig =
  | { readonly kind: 'in-process'; readonly bus: InProcessBus }
  | (FeedServer & { readonly lanes: LaneCounts });
