import { type Static, Type } from 'typebox';
import { MAX_NAMED_STOCKS } from './limits.ts';
import { DecimalsParameter, ExchangeParameter, MOMENT_FORMS, Moment, TimezoneParameter } from './parameters.ts';
import { Decimal, ExchangeName, StockName, Timestamp } from './scalars.ts';

export const latestMembers = {
  stock_name: StockName,
  exchange_name: ExchangeName,
  price: Decimal,
  timestamp: Timestamp,
};

/** A stock on an exchange: its latest price, its first time, its number of ticks. */
export const Stock = Type.Object({ ...latestMembers, first_time: Timestamp, count: Type.Integer({ minimum: 1 }) });
export type Stock = Static<typeof Stock>;
export const Stocks = Type.Array(Stock);

/** How many stocks there are on all exchanges: when it grows, there is a new one. */
export const StockCount = Type.Object({
  count: Type.Integer({ minimum: 0, description: 'Of those that have ticks in the database, on each exchange.' }),
});
export type StockCount = Static<typeof StockCount>;

/** Rows of a page of stocks, when the request does not say. */
export const MAX_STOCKS_ROWS = 10_000;

export const StockCursor = Type.Optional(
  Type.String({ maxLength: 8192, description: 'Where the page starts, from the `Link` of the page before. Opaque.' }),
);

export const StocksParameter = Type.Optional(
  Type.Union([Type.String({ maxLength: 100_000 }), Type.Array(Type.String({ maxLength: 255 }))], {
    description: `Only these stocks: up to ${MAX_NAMED_STOCKS} names between commas, or the parameter several times with a name each.`,
    examples: ['AAPL,TSLA'],
  }),
);

export const StocksQuery = Type.Object({
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_STOCKS_ROWS,
      description: `Rows of a page, default: ${MAX_STOCKS_ROWS}; the header \`Link\` with \`rel="next"\` leads to the next one.`,
    }),
  ),
  cursor: StockCursor,
});
export type StocksQuery = Static<typeof StocksQuery>;

export const LatestQuery = Type.Object({ exchange: ExchangeParameter, decimals: DecimalsParameter });

export const LatestPrice = Type.Object(latestMembers);
export type LatestPrice = Static<typeof LatestPrice>;
export const LatestPrices = Type.Array(LatestPrice);

export const AsOfQuery = Type.Object({
  time: { ...Moment, description: `The moment; a date stands for its last microsecond. ${MOMENT_FORMS}` },
  timezone: TimezoneParameter,
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
});
export type AsOfQuery = Static<typeof AsOfQuery>;

/** Rows of a page of prices as of a moment. */
export const DEFAULT_AS_OF_ROWS = 500;
export const MAX_AS_OF_ROWS = 10_000;

export const AsOfAllQuery = Type.Object({
  time: AsOfQuery.properties.time,
  timezone: TimezoneParameter,
  exchange: ExchangeParameter,
  stocks: StocksParameter,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_AS_OF_ROWS,
      description: `Rows of a page, default: ${DEFAULT_AS_OF_ROWS}; the header \`Link\` with \`rel="next"\` leads to the next one.`,
    }),
  ),
  cursor: StockCursor,
  decimals: DecimalsParameter,
});
export type AsOfAllQuery = Static<typeof AsOfAllQuery>;
