/** A stock to generate prices for. */
export interface Stock {
  readonly name: string;
  readonly exchange: string;
  /** First price in cents. */
  readonly cents: number;
}

export const DEFAULT_STOCKS: readonly Stock[] = [
  { name: 'AMZN', exchange: 'NASDAQ', cents: 18255 },
  { name: 'AAPL', exchange: 'NASDAQ', cents: 22000 },
  { name: 'MSFT', exchange: 'NASDAQ', cents: 42150 },
  { name: 'TSLA', exchange: 'NYSE', cents: 70000 },
  { name: 'NFLX', exchange: 'NYSE', cents: 50000 },
  { name: 'DIS', exchange: 'NYSE', cents: 14500 },
];

/** Any number of invented stocks, spread evenly over the exchanges, for load. */
export function inventStocks(count: number, exchanges: readonly string[]): readonly Stock[] {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, i) => ({
    name: `S${String(i + 1).padStart(digits, '0')}`,
    exchange: exchanges[i % exchanges.length] ?? '',
    cents: 1000 + ((i * 7919) % 90_000),
  }));
}
