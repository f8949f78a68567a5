import { type Static, Type } from 'typebox';
import { COLUMN_FORMATS_TEXT } from './column-formats.ts';
import { MAX_MARKET_TICKS } from './limits.ts';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { PRICE_FORMATS, PricesQuery } from './prices.ts';
import { Decimal, ExchangeName, Nullable, OneOf, StockName, Timestamp } from './scalars.ts';
import { StocksParameter } from './stocks.ts';

/** A tick among those of other stocks. */
export const MarketTick = Type.Object({
  stock_name: StockName,
  exchange_name: ExchangeName,
  price: Decimal,
  timestamp: Timestamp,
  seq: Nullable(
    Type.Integer({
      minimum: 1,
      description:
        'Its number in its lane, ascending in the order in which ticks arrived; null: not kept; a day that is sealed keeps the order, and few of the numbers.',
      examples: [48_213],
    }),
  ),
});
export type MarketTick = Static<typeof MarketTick>;

export const MarketTicks = Type.Array(MarketTick);
export type MarketTicks = Static<typeof MarketTicks>;

export const TicksQuery = Type.Object({
  start_time: Type.Optional({
    ...RangeParameters.start_time,
    description: RangeParameters.start_time.description.replace('the first price', 'the first tick'),
  }),
  end_time: Type.Optional({
    ...RangeParameters.end_time,
    description: RangeParameters.end_time.description.replace('the last price', 'the last tick'),
  }),
  timezone: RangeParameters.timezone,
  exchange: ExchangeParameter,
  stocks: StocksParameter,
  decimals: DecimalsParameter,
  format: Type.Optional(
    OneOf(PRICE_FORMATS, {
      description: `Overrides the \`Accept\` header. ${COLUMN_FORMATS_TEXT}`,
      examples: ['ndjson'],
    }),
  ),
  csv_safe: PricesQuery.properties.csv_safe,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_MARKET_TICKS,
      description: 'Answer one page of so many ticks; the header `Link` with `rel="next"` leads to the next one.',
      examples: [10_000],
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 8192,
      description:
        'Where the page starts, from the `Link` of the page before. Opaque, and of the same range, exchange and stocks only.',
    }),
  ),
});
export type TicksQuery = Static<typeof TicksQuery>;
