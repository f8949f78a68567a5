import { priceText } from './price-texts.ts';
import { MANTISSA_BOUND, scaledPrices, trailingZeros } from './scaled-prices.ts';
import type { PriceColumn, ScaledPrices } from './tick-columns.ts';
import { zigzagDistances } from './zigzag.ts';

export interface EncodedPrices {
  readonly scale: number;
  readonly scaleKind: 0 | 1 | 2;
  readonly firstPrice: number;
  /** Zigzag distances between mantissas. */
  readonly moves: Float64Array | undefined;
  /** Decimals of `scale` that were not written. */
  readonly cut: Float64Array | undefined;
  readonly numbers: readonly string[] | null;
}

/** The prices of a block. */
export function encodePrices(prices: PriceColumn, start: number, end: number): EncodedPrices {
  const scaled = scaledPart(prices, start, end);
  if (scaled === undefined) return asNumbers(prices, start, end);
  const { mantissas, scale, written } = scaled;
  const firstPrice = mantissas[0] as number;
  const moves = zigzagDistances(mantissas.subarray(1), firstPrice);
  if (moves.some((move) => move >= 2 * MANTISSA_BOUND)) return asNumbers(prices, start, end);
  const encoded = { scale, firstPrice, moves, cut: undefined, numbers: null };
  if (written === undefined) return { ...encoded, scaleKind: 0 };
  const cut = new Float64Array(mantissas.length);
  let isWhole = true;
  let isShort = true;
  for (let i = 0; i < cut.length; i++) {
    const zeros = scale - (written[i] as number);
    cut[i] = zeros;
    isWhole &&= zeros === 0;
    isShort &&= zeros === trailingZeros(mantissas[i] as number, scale);
  }
  if (isWhole) return { ...encoded, scaleKind: 0 };
  return isShort ? { ...encoded, scaleKind: 1 } : { ...encoded, scaleKind: 2, cut };
}

/** With the scale that this part needs. */
function scaledPart(prices: PriceColumn, start: number, end: number): ScaledPrices | undefined {
  if (prices.kind === 'texts') return scaledPrices(prices.texts.slice(start, end));
  const mantissas = prices.mantissas.subarray(start, end);
  const written = prices.written?.subarray(start, end);
  if (written === undefined) return { kind: 'scaled', mantissas, scale: prices.scale, written };
  let scale = 0;
  for (const decimals of written) if (decimals > scale) scale = decimals;
  if (scale === prices.scale) return { kind: 'scaled', mantissas, scale, written };
  const size = 10 ** (prices.scale - scale);
  return { kind: 'scaled', mantissas: mantissas.map((mantissa) => mantissa / size), scale, written };
}

function asNumbers(prices: PriceColumn, start: number, end: number): EncodedPrices {
  const numbers = Array.from({ length: end - start }, (_, i) => priceText(prices, start + i));
  return { scale: -1, scaleKind: 0, firstPrice: 0, moves: undefined, cut: undefined, numbers };
}
