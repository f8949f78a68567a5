import { type Static, Type } from 'typebox';
import { GAP_REASONS, HOLE_REASONS } from '../gap-reason.ts';
import { MAX_HOLES } from './limits.ts';
import { ExchangeParameter, RangeParameters } from './parameters.ts';
import { ExchangeName, Nullable, OneOf, StockName, Timestamp } from './scalars.ts';

/** The most rows of one answer about gaps. */
export const MAX_GAPS = 1000;

const Messages = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
  description: 'How many messages are missing; null: not known.',
});

/** A part of the asked range in which ticks are, or may be, missing. */
export const Hole = Type.Object({
  exchange_name: Type.Union([ExchangeName, Type.Null()], {
    description: 'Null: the stock is not known, and so nobody knows where it is traded.',
  }),
  from_time: Type.Union([Timestamp, Type.Null()], { description: 'Inclusive; null: nothing is known before it.' }),
  to_time: Type.Union([Timestamp, Type.Null()], { description: 'Inclusive; null: nothing is known behind it.' }),
  reason: OneOf(HOLE_REASONS, {
    description:
      'Why. `unknown`: nobody listened yet, or nobody can be asked. `waiting`: received by the source or the log, and not answered yet. `not_kept`: single ticks that retention has dropped; sums and candles have them. `block_damaged`: a packed block of a sealed day can not be read; sums and candles of whole minutes have its ticks.',
  }),
  messages: Messages,
});
export type Hole = Static<typeof Hole>;

/** What an answer about a range says of what it lacks. */
export const Completeness = {
  complete: Type.Boolean({
    description:
      'True when all that was published in the range is in the answer, as far as the system can know: its exchanges were listened to without a hole while they were open.',
  }),
  holes: Type.Array(Hole, {
    maxItems: MAX_HOLES,
    description: `The first ${MAX_HOLES} parts of the range that are not complete, in order; \`/api/gaps\` has all.`,
  }),
};

export const GapsQuery = Type.Object({
  ...RangeParameters,
  exchange: ExchangeParameter,
  stock: Type.Optional({ ...StockName, description: 'Only what may lack ticks of this stock.' }),
  reason: Type.Optional(OneOf(GAP_REASONS, { description: 'Only what is missing for this.' })),
  closed: Type.Optional(
    OneOf(['true', 'false'], {
      description: '`true`: also what files have filled since. Default: only what is still missing.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_GAPS, description: `At most so many; default: ${MAX_GAPS}.` }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'From the `Link` header of the answer before.' })),
});
export type GapsQuery = Static<typeof GapsQuery>;

/** A hole that is recorded, one that is open now, or a damaged block. */
export const Gap = Type.Object({
  id: Nullable(
    Type.Integer({ description: 'Null: it is not recorded yet, or a damaged block, which may be restored.' }),
  ),
  lane: Nullable(Type.String({ description: 'Null: of a file, or a damaged block.', examples: ['NASDAQ/0'] })),
  exchange_name: ExchangeName,
  from_time: Timestamp,
  to_time: Nullable(Timestamp),
  from_seq: Nullable(Type.Integer()),
  to_seq: Nullable(Type.Integer()),
  messages: Messages,
  reason: OneOf(HOLE_REASONS, { description: 'Why; `waiting` is never recorded.' }),
  detail: Type.String(),
  stocks: Nullable(Type.Array(Type.String(), { description: 'Only these stocks; null: all of the lane.' })),
  filled: Type.Boolean({ description: 'Files have brought what was missing (of `stock`, where one was asked for).' }),
  filled_stocks: Type.Array(Type.String(), {
    description: 'Stocks of which files have brought what was missing, while others are still missing; at most 100.',
  }),
});
export type Gap = Static<typeof Gap>;
export const Gaps = Type.Array(Gap);

/** How one day of one exchange is. `closed`: no session. `unknown`: nobody listened yet. */
export const COVERAGE_STATES = ['complete', 'holes', 'closed', 'unknown'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

export const CoverageQuery = Type.Object({
  exchange: ExchangeParameter,
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 400, description: 'So many days up to today; default: 90.' }),
  ),
  timezone: Type.Optional(
    Type.String({ maxLength: 64, description: "Whose days; default: each exchange's own zone, or UTC." }),
  ),
});
export type CoverageQuery = Static<typeof CoverageQuery>;

export const CoverageDay = Type.Object({
  day: Type.String({ format: 'date', examples: ['2026-11-27'] }),
  state: OneOf(COVERAGE_STATES),
  from_time: Timestamp,
  to_time: Timestamp,
  missing_seconds: Type.Number({ minimum: 0, description: 'How much of its open time is not covered.' }),
  messages: Messages,
  holes: Type.Integer({ minimum: 0 }),
  reasons: Type.Array(OneOf(HOLE_REASONS)),
});

export const ExchangeCoverage = Type.Object({
  exchange_name: ExchangeName,
  timezone: Type.String(),
  covered_from: Nullable(Timestamp),
  days: Type.Array(CoverageDay, { description: 'Ascending.' }),
});
/** A timeline of what is known of each exchange. */
export const Coverage = Type.Array(ExchangeCoverage);
export type Coverage = Static<typeof Coverage>;
