import { type Static, Type } from 'typebox';
import { CANDLE_INTERVALS, type CandleInterval } from '../candle-interval.ts';
import { COLUMN_FORMATS, COLUMN_FORMATS_TEXT } from './column-formats.ts';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { Decimal, Nullable, OneOf, Timestamp } from './scalars.ts';

export const CANDLE_ALIGNMENTS = ['timezone', 'utc', 'session'] as const;
export type CandleAlign = (typeof CANDLE_ALIGNMENTS)[number];

export const CANDLE_FORMATS = ['json', ...COLUMN_FORMATS] as const;
export type CandleFormat = (typeof CANDLE_FORMATS)[number];

export const CandlesQuery = Type.Object({
  ...RangeParameters,
  interval: OneOf(Object.keys(CANDLE_INTERVALS) as CandleInterval[], {
    description:
      'Width of a candle: seconds, minutes, hours, days, weeks (from Monday) or months (`M`). A day has 23 to 25 hours where the clock changes, and a candle of two hours or more is as long as the wall clock makes it.',
    examples: ['1h'],
  }),
  align: Type.Optional(
    OneOf(CANDLE_ALIGNMENTS, {
      description:
        'Where candles begin. `timezone` (default): where the wall clock of `timezone` reads a multiple of the interval. `utc`: the same on UTC’s clock, whatever `timezone` is for dates. `session`: counted from the openings of the stock’s exchange (`/api/sessions`), half days and holidays included. Up to 12 hours, each opening begins anew, and what is traded after the close is counted on in the same steps until the next opening; days, weeks and months begin with their first opening and end with the next one’s. `timezone` is only for dates then, default: the exchange’s own. Where the exchange has no calendar, as `timezone`.',
    }),
  ),
  fill: Type.Optional(
    OneOf(['none', 'null', 'previous'], {
      description:
        'What stands where no tick is: nothing (default), a candle of nulls, or one at the close before it (also the close before the range). Not before 1970, and not after the candle that holds now.',
    }),
  ),
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
  format: Type.Optional(
    OneOf(CANDLE_FORMATS, { description: `Overrides the \`Accept\` header. ${COLUMN_FORMATS_TEXT}` }),
  ),
});
export type CandlesQuery = Static<typeof CandlesQuery>;

/** Ticks outside the range never count: the first and the last candle may hold a part of their interval. */
export const Candle = Type.Object({
  time: Timestamp,
  open: Nullable(Decimal),
  high: Nullable(Decimal),
  low: Nullable(Decimal),
  close: Nullable(Decimal),
  count: Type.Integer({ minimum: 0 }),
  average: Nullable(Decimal),
  complete: Type.Boolean({
    description: 'False: ticks are, or may be, missing in the part of it that was asked for; `/api/gaps` tells why.',
  }),
});
export type Candle = Static<typeof Candle>;
export const Candles = Type.Array(Candle);
