import type { AlertDirection } from '@tickwatch/core';

/** A rule about a price, as whoever looks at a chart begins it. */
export interface LevelToWatch {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Decimal digits. */
  readonly level: string;
  readonly direction: AlertDirection;
}

/** The address of a form that is filled in with it: `/alerts?new=price_crosses&stock=AAPL&exchange=NASDAQ&level=230.5&direction=up`. */
export function newRuleAddress({ stock, exchange, level, direction }: LevelToWatch): string {
  const query = new URLSearchParams({ new: 'price_crosses', stock });
  if (exchange !== undefined) query.set('exchange', exchange);
  query.set('level', level);
  query.set('direction', direction);
  return `/alerts?${query}`;
}
