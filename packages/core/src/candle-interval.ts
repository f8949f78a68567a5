/** The widths of candles, in seconds, by the names that requests use, narrow to wide; of a month: the mean. */
export const CANDLE_INTERVALS = {
  '1s': 1,
  '5s': 5,
  '10s': 10,
  '15s': 15,
  '30s': 30,
  '1m': 60,
  '2m': 120,
  '3m': 180,
  '5m': 300,
  '10m': 600,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '2h': 7200,
  '4h': 14_400,
  '6h': 21_600,
  '12h': 43_200,
  '1d': 86_400,
  '1w': 604_800,
  '1M': 2_629_746,
} as const;
export type CandleInterval = keyof typeof CANDLE_INTERVALS;
