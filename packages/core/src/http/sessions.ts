import { type Static, Type } from 'typebox';
import { ExchangeParameter, MOMENT_FORMS, Moment, RangeParameters } from './parameters.ts';
import { ExchangeName, Nullable, OneOf, Timestamp } from './scalars.ts';

/** The longest range that is answered. */
export const MAX_SESSION_DAYS = 400;

export const SessionsQuery = Type.Object({
  ...RangeParameters,
  start_time: Type.Optional({
    ...Moment,
    description: `First moment, inclusive; default: the begin of yesterday, or eight days before end_time. ${MOMENT_FORMS}`,
  }),
  end_time: Type.Optional({
    ...Moment,
    description: `Last moment, inclusive; default: the end of the day in 7 days, or eight days after start_time. ${MOMENT_FORMS}`,
  }),
  exchange: ExchangeParameter,
});
export type SessionsQuery = Static<typeof SessionsQuery>;

/** One opening of an exchange. */
export const TradingSession = Type.Object({
  day: Type.String({ format: 'date', examples: ['2026-11-27'] }),
  open_time: Timestamp,
  close_time: Timestamp,
  kind: OneOf(['regular', 'half_day', 'special'], {
    description: '`half_day`: opens as usual and closes early. `special`: other hours than its weekday has.',
  }),
});
export type TradingSession = Static<typeof TradingSession>;

export const ExchangeSessions = Type.Object({
  exchange_name: ExchangeName,
  timezone: Type.String({ examples: ['America/New_York'] }),
  calendar: Nullable(
    Type.String({ description: 'Null: none is known, it counts as always open.', examples: ['XNYS'] }),
  ),
  is_open: Type.Boolean({ description: 'Now.' }),
  sessions: Type.Array(TradingSession, { description: 'All that overlap the range, ascending.' }),
});
export type ExchangeSessions = Static<typeof ExchangeSessions>;

/** When exchanges are open, in a range of at most 400 days. */
export const Sessions = Type.Array(ExchangeSessions);
export type Sessions = Static<typeof Sessions>;
