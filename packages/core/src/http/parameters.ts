import { type Static, Type } from 'typebox';
import { ExchangeName, OneOf, StockName } from './scalars.ts';

/** How a request may write a moment. */
export const MOMENT_FORMS =
  'RFC 3339 with offset, a naive date-time (`2026-11-22T10:00`, read in `timezone`), ISO 8601 basic (`20250910T093000`), a date (`2026-11-22` or `20261122`: that whole day in `timezone`), or epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude.';

/** A moment as a request may write it. */
export const Moment = Type.String({ description: MOMENT_FORMS, examples: ['2026-11-22T10:00:00Z', '1763805600'] });

export const TimezoneParameter = Type.Optional(
  Type.String({
    maxLength: 64,
    description:
      'IANA name of the zone in which dates, and date-times without an offset, are read. A wall clock time that a clock change skips is the moment right after the change, one that occurs twice is the first of the two. Default: UTC.',
    examples: ['America/New_York'],
  }),
);

export const StockParams = Type.Object({ stock_name: StockName });
export type StockParams = Static<typeof StockParams>;

export const DecimalsParameter = Type.Optional(
  OneOf(['number', 'string'], {
    description: 'How decimals are written: as JSON numbers with all their digits (default), or as strings.',
  }),
);
export const ExchangeParameter = Type.Optional({ ...ExchangeName, description: 'Only this exchange.' });

/** Both ends are inclusive and optional. */
export const RangeParameters = {
  start_time: Type.Optional({
    ...Moment,
    description: `First moment, inclusive (of a date, its first instant); default: the first price. ${MOMENT_FORMS}`,
  }),
  end_time: Type.Optional({
    ...Moment,
    description: `Last moment, inclusive (of a date, its last microsecond); default: the last price. ${MOMENT_FORMS}`,
  }),
  timezone: TimezoneParameter,
};
