import { type Static, Type } from 'typebox';
import { MAX_OUTLIERS } from './limits.ts';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { Decimal, ExchangeName, StockName, Timestamp } from './scalars.ts';

export const OutliersQuery = Type.Object({
  ...RangeParameters,
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
});
export type OutliersQuery = Static<typeof OutliersQuery>;

/** A tick far from what its stock cost just before. It is stored like any other, and in every figure. */
export const Outlier = Type.Object({
  timestamp: Timestamp,
  stock_name: StockName,
  exchange_name: ExchangeName,
  price: Decimal,
  median: {
    ...Decimal,
    description: 'Of the 31 prices before it, in the order of arrival (of fewer, where there were).',
  },
  deviation: { ...Decimal, description: 'Median of their distances from that.' },
});
export type Outlier = Static<typeof Outlier>;

export const Outliers = Type.Array(Outlier, {
  maxItems: MAX_OUTLIERS,
  description: `Ascending by time. Of more than ${MAX_OUTLIERS} the newest: ask again with an earlier \`end_time\`.`,
});
export type Outliers = Static<typeof Outliers>;
