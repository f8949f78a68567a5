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
  return pino(options, destination ?? openStdout());
}

/** A line is tried so many times, 100 ms apart, before the reader of stdout counts as stuck. */
const TRIES = 5;
/** Lines that wait for a stuck reader, in bytes; beyond that they are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * Stdout, written at once. Who reads it may stop reading, or go away: a service then works on. Lines wait, within
 * bounds, and are tried again with the next one, instead of every line waiting for the reader for ever.
 */
function openStdout(): DestinationStream {
  let tries = 0;
  const stdout = pino.destination({ sync: true, maxLength: MAX_WAITING_BYTES, retryEAGAIN: () => ++tries <= TRIES });
  stdout.on('write', (bytes) => {
    if (bytes > 0) tries = 0;
  });
  // There is nowhere to say it.
  stdout.on('error', () => {});
  return stdout;
}

/** A logger that says nothing, for tests and for parts that are not asked to. */
export const silentLogger: Logger = pino({ enabled: false });
