/** The exchanges that are watched when nothing else is configured. Channel name = exchange name. */
export const DEFAULT_EXCHANGES: readonly string[] = ['NASDAQ', 'NYSE'];

/** The live channel on which it is told what rules fired: no exchange can have its name. */
export const ALERTS_CHANNEL = 'alerts';

const EXCHANGE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** True for a name that is safe as a Redis channel, a stream key's suffix and a live channel of its own. */
export function isExchangeName(name: string): boolean {
  return EXCHANGE.test(name) && name !== ALERTS_CHANNEL;
}
