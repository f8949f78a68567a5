import { useEffect, useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { leaps } from '../moment/moment.ts';
import type { StockName } from './candle-source.ts';
import { KnownStock } from './known-stock.ts';

/** What is known of a stock, as long as a component shows it; draws again when that changes. */
export function useKnownStock({ stock, exchange }: StockName, market: Market): KnownStock {
  const known = useMemo(() => new KnownStock({ stock, exchange }, market), [stock, exchange, market]);
  const version = market.version.value;
  const leap = leaps.value;
  useEffect(() => void known.look(), [known, version]);
  useEffect(() => void known.atMoment(), [known, leap]);
  useEffect(() => market.onChange(() => known.state.peek() !== 'known' && known.look()), [known, market]);
  useEffect(() => () => known.dispose(), [known]);
  return known;
}
