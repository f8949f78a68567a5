import type { CandleInterval } from '@tickwatch/core';

/** TradingView's names for widths of candles, as they are offered. */
export const RESOLUTIONS: Readonly<Record<string, CandleInterval>> = {
  '1S': '1s',
  '5S': '5s',
  '10S': '10s',
  '15S': '15s',
  '30S': '30s',
  1: '1m',
  2: '2m',
  3: '3m',
  5: '5m',
  10: '10m',
  15: '15m',
  30: '30m',
  60: '1h',
  120: '2h',
  240: '4h',
  360: '6h',
  720: '12h',
  '1D': '1d',
  '1W': '1w',
  '1M': '1M',
};

/**
 * Also reads `D`, `W`, `M`, `S` and small letters, but no `m`, which elsewhere means a minute and here a month.
 * `undefined`: unknown.
 */
export function readResolution(text: string): CandleInterval | undefined {
  if (text.endsWith('m')) return undefined;
  const name = text.toUpperCase();
  return Object.hasOwn(RESOLUTIONS, name) ? RESOLUTIONS[name] : RESOLUTIONS[`1${name}`.replace(/^1\d+$/, '')];
}

/** The numbers in front of a letter; '' for minutes. */
export function multipliers(letter: '' | 'S' | 'D' | 'W' | 'M'): string[] {
  return Object.keys(RESOLUTIONS)
    .filter((name) => (letter === '' ? /^\d+$/.test(name) : name.endsWith(letter)))
    .map((name) => name.replace(letter, ''))
    .sort((a, b) => Number(a) - Number(b));
}
