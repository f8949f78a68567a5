import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** `log.info({ event: 'x', …fields }, 'a sentence')`. */
export type Logger = PinoLogger;

/** A measurement in a log line; such lines become rows of table `metrics`. */
export interface Measurement {
  readonly event: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/**
 * A logger that writes one JSON object a line: `timestamp` (RFC 3339, UTC), `level`, `service`, then the fields.
 * @param destination where lines go; stdout when not given
 */
export function createLogger(service: string, destination?: DestinationStream, level = 'info'): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: (error: unknown) => (error instanceof Error ? error.message : error) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A logger that says nothing, for tests and for parts that are not asked to. */
export const silentLogger: Logger = pino({ enabled: false });
