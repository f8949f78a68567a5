import { type Static, Type } from 'typebox';
import { ExchangeParameter, RangeParameters } from './parameters.ts';
import { ExchangeName, Nullable, OneOf, Timestamp } from './scalars.ts';

export const SessionsQuery = Type.Object({ ...RangeParameters, exchange: ExchangeParameter });
export type SessionsQuery = Static<typeof SessionsQuery>;

/** One opening of an exchange. */
export const TradingSession = Type.Object({
  day: Type.String({ format: 'date', examples: ['2026-11-27'] }),
  open_time: Timestamp,
  close_time: Timestamp,
  kind: OneOf(['regular', 'half_day', 'special'], {
    description: '`half_day`: closes early. `special`: other hours than its days have.',
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
