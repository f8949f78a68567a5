import { ConfigError } from './env-reader.ts';
import { createLogger, type Logger } from './logger.ts';

/** A stop that takes longer than this is a bug somewhere; the process ends all the same. */
const STOP_DEADLINE_MS = 10_000;

/**
 * Runs one service as a process: starts it, waits for SIGTERM or SIGINT (or a fault), disposes of it within ten
 * seconds and sets the exit code. The only place that touches `process`.
 * @param start resolves when the service is ready; `signal` aborts when the process is asked to stop before that
 */
export async function runService(
  name: string,
  start: (log: Logger, signal: AbortSignal) => Promise<AsyncDisposable>,
): Promise<void> {
  const log = createLogger(name);
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    process.exitCode = 1;
    log.fatal(
      { event: 'fault', error: describe(error), stack: error instanceof Error ? error.stack : undefined },
      'the service failed',
    );
    stop.abort('fault');
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(), { once: true }),
  );

  let service: AsyncDisposable | undefined;
  try {
    service = await start(log, stop.signal);
    await stopped;
  } catch (error) {
    if (error instanceof ConfigError) refuse(log, error);
    else if (!stop.signal.aborted) fail(error);
  }
  log.info({ event: 'stopping', reason: String(stop.signal.reason ?? 'error') }, 'stopping');
  const deadline = setTimeout(() => {
    log.error({ event: 'stop_timeout' }, `not stopped within ${STOP_DEADLINE_MS / 1000} s; leaving`);
    process.exit(1);
  }, STOP_DEADLINE_MS);
  try {
    await service?.[Symbol.asyncDispose]();
  } catch (error) {
    process.exitCode = 1;
    log.error({ event: 'stop_failed', error: describe(error) }, 'stopping failed');
  }
  clearTimeout(deadline);
  log.info({ event: 'stopped' }, 'stopped');
  log.flush();
  process.exit();
}

function refuse(log: Logger, error: ConfigError): void {
  process.exitCode = 2;
  log.fatal({ event: 'bad_configuration', problems: error.problems }, error.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
