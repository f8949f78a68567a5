import { type Static, Type } from 'typebox';
import { DecimalsParameter, ExchangeParameter, MOMENT_FORMS, Moment, TimezoneParameter } from './parameters.ts';
import { Decimal, ExchangeName, StockName, Timestamp } from './scalars.ts';

const latestMembers = { stock_name: StockName, exchange_name: ExchangeName, price: Decimal, timestamp: Timestamp };

/** A stock on an exchange: its latest price, its first time, its number of ticks. */
export const Stock = Type.Object({ ...latestMembers, first_time: Timestamp, count: Type.Integer({ minimum: 1 }) });
export type Stock = Static<typeof Stock>;
export const Stocks = Type.Array(Stock);
export const StocksQuery = Type.Object({ exchange: ExchangeParameter, decimals: DecimalsParameter });
export type StocksQuery = Static<typeof StocksQuery>;

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
