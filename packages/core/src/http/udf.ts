import { type Static, Type } from 'typebox';

/** TradingView's Universal Data Feed; its member names and its errors (`s: "error"`) are TradingView's. */
export const UdfConfig = Type.Object({
  supported_resolutions: Type.Array(Type.String()),
  supports_group_request: Type.Boolean(),
  supports_marks: Type.Boolean(),
  supports_search: Type.Boolean(),
  supports_timescale_marks: Type.Boolean(),
  supports_time: Type.Boolean(),
  exchanges: Type.Array(Type.Object({ value: Type.String(), name: Type.String(), desc: Type.String() })),
  symbols_types: Type.Array(Type.Object({ value: Type.String(), name: Type.String() })),
});
export type UdfConfig = Static<typeof UdfConfig>;

export const UdfSymbol = Type.Object({
  name: Type.String(),
  ticker: Type.String(),
  description: Type.String(),
  type: Type.String(),
  session: Type.String(),
  timezone: Type.String(),
  exchange: Type.String(),
  listed_exchange: Type.String(),
  minmov: Type.Integer(),
  pricescale: Type.Integer(),
  has_intraday: Type.Boolean(),
  has_seconds: Type.Boolean(),
  seconds_multipliers: Type.Array(Type.String()),
  has_daily: Type.Boolean(),
  has_weekly_and_monthly: Type.Boolean(),
  supported_resolutions: Type.Array(Type.String()),
  volume_precision: Type.Integer(),
  data_status: Type.String(),
  format: Type.String(),
});
export type UdfSymbol = Static<typeof UdfSymbol>;

const SymbolName = Type.String({
  minLength: 1,
  maxLength: 512,
  pattern: '^[^\\u0000]+$',
  examples: ['NASDAQ:AAPL'],
});

export const UdfSymbolQuery = Type.Object({
  symbol: SymbolName,
});

export const UdfSearchQuery = Type.Object({
  query: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\u0000]*$' })),
  type: Type.Optional(Type.String({ maxLength: 255 })),
  exchange: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\u0000]*$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
});
export const UdfSearchResult = Type.Array(
  Type.Object({
    symbol: Type.String(),
    full_name: Type.String(),
    description: Type.String(),
    exchange: Type.String(),
    ticker: Type.String(),
    type: Type.String(),
  }),
);
export type UdfSearchResult = Static<typeof UdfSearchResult>;

const EpochSeconds = Type.Integer({ minimum: 0, maximum: 253_402_300_799 });

export const UdfHistoryQuery = Type.Object({
  symbol: SymbolName,
  resolution: Type.String({ maxLength: 8, examples: ['60'] }),
  from: EpochSeconds,
  to: EpochSeconds,
  countback: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
});

const Numbers = Type.Array(Type.Number());

export const UdfHistory = Type.Union([
  Type.Object({ s: Type.Literal('ok'), t: Numbers, o: Numbers, h: Numbers, l: Numbers, c: Numbers, v: Numbers }),
  Type.Object({ s: Type.Literal('no_data'), nextTime: Type.Optional(Type.Integer()) }),
  Type.Object({ s: Type.Literal('error'), errmsg: Type.String() }),
]);
export type UdfHistory = Static<typeof UdfHistory>;
