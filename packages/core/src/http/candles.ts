import { type Static, Type } from 'typebox';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { Decimal, Nullable, OneOf, Timestamp } from './scalars.ts';

/** The widths of candles, in seconds, by the names that requests use. */
export const CANDLE_INTERVALS = {
  '1s': 1,
  '5s': 5,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
  '4h': 14_400,
  '1d': 86_400,
} as const;
export type CandleInterval = keyof typeof CANDLE_INTERVALS;

/** The most candles that one answer may hold. */
export const MAX_CANDLES = 100_000;

export const CandlesQuery = Type.Object({
  ...RangeParameters,
  interval: OneOf(Object.keys(CANDLE_INTERVALS) as CandleInterval[], {
    description: 'Width of a candle. Widths below a day are aligned to UTC.',
    examples: ['1h'],
  }),
  fill: Type.Optional(
    OneOf(['none', 'null', 'previous'], {
      description: 'What stands where no tick is: nothing (default), a candle of nulls, or one at the close before it.',
    }),
  ),
  timezone: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'IANA name; where the days of `1d` begin. Default: UTC.',
      examples: ['America/New_York'],
    }),
  ),
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
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
});
export type Candle = Static<typeof Candle>;
export const Candles = Type.Array(Candle);
