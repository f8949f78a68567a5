import { type Static, Type } from 'typebox';
import { Completeness } from './gaps.ts';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { Decimal, ExchangeName, Nullable, StockName, Timestamp } from './scalars.ts';

export const AverageQuery = Type.Object({
  ...RangeParameters,
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
});
export type AverageQuery = Static<typeof AverageQuery>;

export const Average = Type.Object({
  stock_name: StockName,
  exchange_name: Type.Union([ExchangeName, Type.Null()], { description: 'The `exchange` filter; null: all of them.' }),
  start_time: Type.Union([Timestamp, Type.Null()], { description: 'First moment that was counted; null: no bound.' }),
  end_time: Type.Union([Timestamp, Type.Null()], { description: 'Last moment that was counted; null: no bound.' }),
  average_price: Type.Union([Decimal, Type.Null()], {
    description:
      'Sum of all prices over their number, exact, rounded once (half up) to twelve decimals more than the prices have. A feed that publishes only on moves leans this mean to busy moments: see `time_weighted_average`.',
  }),
  count: Type.Integer({ minimum: 0 }),
  min: Nullable(Decimal),
  max: Nullable(Decimal),
  first: Nullable(Decimal),
  last: Nullable(Decimal),
  first_time: Nullable(Timestamp),
  last_time: Nullable(Timestamp),
  time_weighted_average: Type.Union([Decimal, Type.Null()], {
    description:
      'Each price of an exchange weighted by how long it held: the one in force at `start_time` counts from there on, the last one up to `end_time`, or to now where that is earlier or no end is given. Also told where no tick lies in the range and a price was in force. An end at the last microsecond of a second stands for the whole second. Where no time passes: the mean.',
  }),
  raw_from: Type.Union([Timestamp, Type.Null()], {
    description:
      'Single ticks older than this are no longer kept; where a bound lies before it, the range was widened to whole minutes. Null: all ticks are there.',
  }),
  ...Completeness,
});
export type Average = Static<typeof Average>;
