import { useEffect, useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { StockName } from './candle-source.ts';
import { KnownStock } from './known-stock.ts';

/** What is known of a stock, as long as a component shows it; draws again when that changes. */
export function useKnownStock({ stock, exchange }: StockName, market: Market): KnownStock {
  const known = useMemo(() => new KnownStock({ stock, exchange }, market), [stock, exchange, market]);
  const version = market.version.value;
  useEffect(() => known.look(), [known, version]);
  useEffect(() => market.onChange(() => known.state.peek() !== 'known' && known.look()), [known, market]);
  useEffect(() => () => known.dispose(), [known]);
  return known;
}
