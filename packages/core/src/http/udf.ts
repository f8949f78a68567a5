import { type Static, Type } from 'typebox';
import { MAX_CANDLES } from './limits.ts';

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
  full_name: Type.String(),
  ticker: Type.String({ description: '`EXCHANGE:STOCK`, what later requests ask for.' }),
  description: Type.String(),
  type: Type.String(),
  session: Type.String({
    description: 'Usual hours, in `timezone`; `24x7`: the exchange has no calendar.',
    examples: ['0930-1600'],
  }),
  timezone: Type.String({ examples: ['America/New_York'] }),
  session_holidays: Type.Optional(
    Type.String({ description: 'Days without trading.', examples: ['20261126,20261225'] }),
  ),
  corrections: Type.Optional(
    Type.String({
      description: 'Other hours, and the days that have them.',
      examples: ['0930-1300:20261127,20261224'],
    }),
  ),
  exchange: Type.String(),
  listed_exchange: Type.String(),
  minmov: Type.Integer(),
  pricescale: Type.Integer({ description: 'A power of ten: as many digits as the longest price had.' }),
  has_intraday: Type.Boolean(),
  intraday_multipliers: Type.Array(Type.String()),
  has_seconds: Type.Boolean(),
  seconds_multipliers: Type.Array(Type.String()),
  has_daily: Type.Boolean(),
  daily_multipliers: Type.Array(Type.String()),
  has_weekly_and_monthly: Type.Boolean(),
  weekly_multipliers: Type.Array(Type.String()),
  monthly_multipliers: Type.Array(Type.String()),
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

/** The library sends these along where a symbol names a currency or a unit; ours name none. */
const ConversionParameters = {
  currencyCode: Type.Optional(Type.String({ maxLength: 255, description: 'Not looked at.' })),
  unitId: Type.Optional(Type.String({ maxLength: 255, description: 'Not looked at.' })),
};

export const UdfSymbolQuery = Type.Object({ symbol: SymbolName, ...ConversionParameters });

// The library sends all of these always, empty where nothing is chosen.
export const UdfSearchQuery = Type.Object({
  query: Type.Optional(Type.String({ minLength: 0, maxLength: 255, pattern: '^[^\\u0000]*$' })),
  type: Type.Optional(Type.String({ minLength: 0, maxLength: 255 })),
  exchange: Type.Optional(Type.String({ minLength: 0, maxLength: 255, pattern: '^[^\\u0000]*$' })),
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

/** The library asks for times before 1970 too. */
const EpochSeconds = Type.Integer({ minimum: -62_135_596_800, maximum: 253_402_300_799 });

export const UdfHistoryQuery = Type.Object({
  symbol: SymbolName,
  resolution: Type.String({
    maxLength: 8,
    description: 'Minutes (`1` … `720`), or with a letter: seconds (`5S`), `1D`, `1W`, `1M` (a month).',
    examples: ['60'],
  }),
  from: Type.Optional({ ...EpochSeconds, description: 'Bars that begin here or later. Needed without `countback`.' }),
  to: { ...EpochSeconds, description: 'Bars that begin before this.' },
  countback: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_CANDLES,
      description: 'So many bars before `to`, however far back they lie; `from` is not looked at then.',
    }),
  ),
  ...ConversionParameters,
});

const Numbers = Type.Array(Type.Number());

export const UdfHistory = Type.Union([
  Type.Object({ s: Type.Literal('ok'), t: Numbers, o: Numbers, h: Numbers, l: Numbers, c: Numbers, v: Numbers }),
  Type.Object({
    s: Type.Literal('no_data'),
    nextTime: Type.Optional(Type.Integer({ description: 'Where the last bar before `from` begins.' })),
  }),
  Type.Object({ s: Type.Literal('error'), errmsg: Type.String() }),
]);
export type UdfHistory = Static<typeof UdfHistory>;
