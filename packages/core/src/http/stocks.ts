import { type Static, Type } from 'typebox';
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
