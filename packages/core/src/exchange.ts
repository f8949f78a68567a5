/** The exchanges that are watched when nothing else is configured. Channel name = exchange name. */
export const DEFAULT_EXCHANGES: readonly string[] = ['NASDAQ', 'NYSE'];

const EXCHANGE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** True for a name that is safe as a Redis channel, a stream key's suffix and a live channel. */
export function isExchangeName(name: string): boolean {
  return EXCHANGE.test(name);
}
