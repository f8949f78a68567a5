import { type Static, Type } from 'typebox';
import { ExchangeName, OneOf, StockName } from './scalars.ts';

const MOMENT_NOTE =
  'RFC 3339 with offset, a naive date-time (read as UTC), ISO 8601 basic (`20250910T093000`), a date (its first instant; also `20260105`), or epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude.';

/** A moment as a request may write it; `parseTime` reads it. */
export const Moment = Type.String({ description: MOMENT_NOTE, examples: ['2026-11-22T10:00:00Z', '1763805600'] });

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
    description: `First moment, inclusive; default: the first price. ${MOMENT_NOTE}`,
  }),
  end_time: Type.Optional({
    ...Moment,
    description: `Last moment, inclusive; default: the last price. ${MOMENT_NOTE}`,
  }),
};
