import { type Static, Type } from 'typebox';
import { ExchangeName, Nullable, OneOf } from './scalars.ts';

const LEADING_STATES = ['led', 'wanted', 'left'] as const;
export type LeadingState = (typeof LEADING_STATES)[number];

const LaneId = Type.String({ examples: ['NASDAQ/0'] });

const counts = {
  stored: Type.Integer({ minimum: 0, description: 'Ticks since its first.' }),
  rejected: Type.Integer({ minimum: 0, description: 'Rejections since its first.' }),
  idle_seconds: Nullable(Type.Number({ minimum: 0, description: 'Since the last stored message was received.' })),
};

/** A lane that something of was stored, or that somebody led. */
export const LaneRow = Type.Object({
  lane: LaneId,
  exchange_name: ExchangeName,
  state: OneOf(LEADING_STATES, {
    description:
      '`led`: a subscriber leads it; `wanted`: one would; `left`: none does or would, so that it can be retired.',
  }),
  ...counts,
});
export type LaneRow = Static<typeof LaneRow>;

export const Lanes = Type.Array(LaneRow, { description: 'By exchange and number.' });
export type Lanes = Static<typeof Lanes>;

/** A lane, or an exchange: all lanes of it. */
export const LaneParams = Type.Object({
  lane: Type.String({
    minLength: 1,
    maxLength: 300,
    pattern: '^[^\\u0000]+$',
    description: 'A lane (`NASDAQ%2F3`), or an exchange: all of its lanes.',
    examples: ['NASDAQ/3', 'NYSE'],
  }),
});
export type LaneParams = Static<typeof LaneParams>;

/** What was retired, all or nothing. */
export const RetiredLanes = Type.Object({
  retired: Type.Array(Type.Object({ lane: LaneId, exchange_name: ExchangeName, ...counts })),
});
export type RetiredLanes = Static<typeof RetiredLanes>;
