import { effect } from '@preact/signals';
import { exchangesOf, type Market } from './board/market.ts';
import { exchangeZone, zoneOf } from './format/zone.ts';
import { routeOf } from './route.ts';
import { place } from './router.ts';

/** Keeps the "exchange" zone that of the exchange that is shown, as far as calendars tell. */
export function followExchange(market: Market): void {
  effect(() => {
    const zones = market.hours.zones.value;
    // Where all stand in one zone, as most do, nobody has to look for a stock's own.
    const severalZones = new Set(zones.values()).size > 1;
    exchangeZone.value = zoneOf(severalZones ? shownExchanges(market) : [...zones.keys()], zones);
  });
}

/** A stock's own exchanges, else the one that the address names, else all. Stocks that are added show up within a second. */
function shownExchanges(market: Market): readonly string[] {
  market.pulse.value;
  const { path, query } = place.value;
  const exchange = query.get('exchange') ?? undefined;
  const route = routeOf(path, query);
  const stock = route.view === 'stock' ? route.stock : (query.get('stock') ?? undefined);
  if (stock !== undefined) return exchangesOf(market, { stock, exchange });
  return exchange === undefined ? [...market.hours.zones.value.keys()] : [exchange];
}
