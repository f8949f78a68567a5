import type { PriceCandle } from '@tickwatch/store';
import { type PriceKind, priceKind } from './price-kind.ts';
import { unscaled } from './price-values.ts';

const PRICES = ['open', 'high', 'low', 'close'] as const;

/** A column of decimals: without their points where `kind` has a scale, else as text; null where there was no tick. */
export interface DecimalColumn {
  readonly name: (typeof PRICES)[number] | 'average';
  readonly kind: PriceKind;
  readonly values: readonly (bigint | string | null)[];
}

/** The members of candles that are decimals. */
export interface CandleDecimals {
  readonly prices: readonly DecimalColumn[];
  readonly average: DecimalColumn;
}

/** @throws TooManyDigitsError */
export function candleDecimals(candles: readonly PriceCandle[], decimals: 'number' | 'string'): CandleDecimals {
  const prices = kindOf(candles, PRICES, decimals);
  return {
    prices: PRICES.map((name) => column(candles, name, prices)),
    average: column(candles, 'average', kindOf(candles, ['average'], decimals)),
  };
}

function kindOf(
  candles: readonly PriceCandle[],
  names: readonly DecimalColumn['name'][],
  decimals: 'number' | 'string',
) {
  const texts = candles.flatMap((candle) => names.map((name) => candle[name])).filter((text) => text !== null);
  return priceKind(texts, decimals);
}

function column(candles: readonly PriceCandle[], name: DecimalColumn['name'], kind: PriceKind): DecimalColumn {
  const values = candles.map((candle) => {
    const text = candle[name];
    return text === null || kind.kind === 'text' ? text : unscaled(text, kind.scale);
  });
  return { name, kind, values };
}
