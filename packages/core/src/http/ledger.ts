import { type Static, Type } from 'typebox';
import { Nullable, OneOf, Timestamp } from './scalars.ts';

const Counter = Type.Integer({ minimum: 0 });

const counts = {
  received: Counter,
  stored: Counter,
  rejected: Counter,
  refused: Counter,
  lost: Counter,
  waiting: Counter,
};

/**
 * What became of every tick: received = stored + rejected + refused + lost + waiting, always. Rejections count as ticks;
 * `lost`: known to be gone.
 */
export const LedgerEntry = Type.Object(counts, { additionalProperties: true });
export type LedgerEntry = Static<typeof LedgerEntry>;

export const LANE_STATES = ['leading', 'following', 'unknown', 'doubtful', 'leaving', 'draining'] as const;
export type LaneState = (typeof LANE_STATES)[number];

export const LaneLedgerEntry = Type.Object({ ...counts, state: OneOf(LANE_STATES) }, { additionalProperties: true });
export type LaneLedgerEntry = Static<typeof LaneLedgerEntry>;

const LEADERSHIPS = ['leader', 'follower', 'starting', 'store-away'] as const;

const SourceStateMembers = { state: Type.String(), since: Timestamp, error: Type.Optional(Type.String()) };

/** A subscriber's account since its start, with the states beside it that explain what waits. */
export const Ledger = Type.Object(
  {
    since: Timestamp,
    time: Timestamp,
    exchanges: Type.Record(Type.String(), LedgerEntry),
    lanes: Type.Record(Type.String(), LaneLedgerEntry),
    total: LedgerEntry,
    oldest_waiting_seconds: Type.Number({ minimum: 0 }),
    leadership: OneOf(LEADERSHIPS),
    feed: Type.Object({
      kind: Type.String(),
      durability: Type.String(),
      ...SourceStateMembers,
      lanes: Type.Record(Type.String(), Type.Object(SourceStateMembers), {
        description: 'Only those that are not connected.',
      }),
    }),
    log: Type.Object({
      messages: Counter,
      bytes: Counter,
      max_bytes: Nullable(Counter),
      problem: Nullable(Type.String()),
    }),
    live: Type.Object({
      ...SourceStateMembers,
      accepted: Counter,
      sent: Counter,
      conflated: Counter,
      waiting: Counter,
    }),
    clock: Type.Object({
      steps: Counter,
      last_step_seconds: Nullable(Type.Number()),
      last_step_at: Nullable(Timestamp),
    }),
    handed_over: Type.Integer({
      minimum: 0,
      description: 'Ticks that waited when another subscriber took their lane over: it stores and counts them.',
    }),
    subscribers: Type.Optional(
      Type.Object({ asked: Counter, answered: Counter }, { description: 'Where this is the account of several.' }),
    ),
  },
  { additionalProperties: true },
);
export type Ledger = Static<typeof Ledger>;

/** Where the ledger can be read: the subscriber, in this process or by HTTP. */
export interface LedgerSource {
  /** @returns JSON text that fits {@link Ledger} */
  ledger(): Promise<string>;
}
