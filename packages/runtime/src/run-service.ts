import { ConfigError } from './env-reader.ts';
import { expectedFailure } from './expected-error.ts';
import { createLogger, type Logger } from './logger.ts';

/** A stop that takes longer than this is a bug somewhere; the process ends all the same. */
const STOP_DEADLINE_MS = 10_000;
/** npm hands on the Ctrl-C that the terminal sent to all: two signals so close are one. */
const SAME_SIGNAL_MS = 100;
/** As shells tell it: ended by SIGINT. */
const ENDED_AT_ONCE = 130;

/**
 * Runs one service as a process: starts it, waits for SIGTERM or SIGINT (or a fault), disposes of it within ten
 * seconds and sets the exit code. The only place that touches `process`. A second SIGINT ends it at once.
 * @param start resolves when the service is ready; `signal` aborts when the process is asked to stop before that
 */
export async function runService(
  name: string,
  start: (log: Logger, signal: AbortSignal) => Promise<AsyncDisposable>,
  log: Logger = createLogger(name),
): Promise<void> {
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
  tellWarnings(log);
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  process.on('SIGINT', interrupted(log, stop));
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(), { once: true }),
  );

  let service: AsyncDisposable | undefined;
  try {
    service = await start(log, stop.signal);
    await stopped;
  } catch (error) {
    if (!stop.signal.aborted && !refuse(log, error)) fail(error);
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

/** The first asks to stop, the second does not wait for it. */
function interrupted(log: Logger, stop: AbortController): () => void {
  let first: number | undefined;
  return () => {
    first ??= performance.now();
    if (!stop.signal.aborted) return stop.abort('SIGINT');
    if (performance.now() - first < SAME_SIGNAL_MS) return;
    log.warn({ event: 'stopped_at_once' }, 'ended at once, without storing what waits');
    log.flush();
    process.exit(ENDED_AT_ONCE);
  };
}

/** What Node warns of becomes a line like all others, instead of text on stderr. */
function tellWarnings(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warn({ event: 'node_warning', warning: name }, message));
}

/** Tells a failure that is to be expected, in a sentence. @returns false: it is not one of those */
function refuse(log: Logger, error: unknown): boolean {
  if (error instanceof ConfigError) {
    process.exitCode = 2;
    log.fatal({ event: 'bad_configuration', problems: error.problems }, error.message);
    return true;
  }
  const sentence = expectedFailure(error);
  if (sentence === undefined) return false;
  process.exitCode = 1;
  log.fatal({ event: 'start_failed', error: sentence }, sentence);
  return true;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
