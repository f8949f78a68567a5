import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import rateLimit from '@fastify/rate-limit';
import { calendarsOf, clientKey, type LedgerSource, nowMicros } from '@tickwatch/core';
import type { ReplayChannels } from '@tickwatch/live';
import { DEFAULT_OPERATIONS, type Logger, listenProblem, type Readiness, StartError } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';
import type { Registry } from 'prom-client';
import { createAdminGate } from './admin/admin-gate.ts';
import { adminOnly } from './admin/admin-only.ts';
import type { Operator } from './admin/operator.ts';
import { type BackendConfig, DEFAULT_FILES_MAX_BYTES } from './config.ts';
import type { App } from './http/app.ts';
import type { ColumnFiles } from './http/column-answer.ts';
import { createApp } from './http/create-app.ts';
import { documents } from './http/documents.ts';
import { measure } from './http/measure.ts';
import { watchMethods } from './http/methods.ts';
import { answerTheRest } from './http/not-found.ts';
import { reportLatency } from './http/report-latency.ts';
import { securityHeaders } from './http/security-headers.ts';
import { strictQuery } from './http/strict-query.ts';
import { MadeFiles } from './made/made-files.ts';
import { DEFAULT_REPLAY_LIMITS } from './replay/replay-limits.ts';
import { ReplaySet } from './replay/replay-set.ts';
import { adminRoute } from './routes/admin-route.ts';
import { alertsRoutes } from './routes/alerts/alerts-routes.ts';
import { averageRoute } from './routes/average-route.ts';
import { boardRoute } from './routes/board-route.ts';
import { candlesRoute } from './routes/candles-route.ts';
import { clearRejectedRoute } from './routes/clear-rejected-route.ts';
import { coverageRoute } from './routes/coverage-route.ts';
import { gapsRoute } from './routes/gaps-route.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { lanesRoutes } from './routes/lanes-routes.ts';
import { outliersRoute } from './routes/outliers-route.ts';
import { pricesRoute } from './routes/prices-route.ts';
import { rejectedRoute } from './routes/rejected-route.ts';
import { replaysRoutes } from './routes/replays-route.ts';
import { sessionsRoute } from './routes/sessions-route.ts';
import { stocksRoutes } from './routes/stocks-routes.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { ticksRoute } from './routes/ticks-route.ts';
import { udfRoutes } from './routes/udf-routes.ts';

export interface BackendParts {
  readonly reader: TickReader;
  readonly log: Logger;
  readonly registry: Registry;
  readonly readiness: () => Promise<Readiness>;
  /** Where `/api/ledger` asks. */
  readonly ledger?: LedgerSource | undefined;
  /** Where an administrator's changes are written; without one: 503. */
  readonly operator?: Operator | undefined;
  /** Where replays are heard, which outlives this; without one: 503. */
  readonly replays?: ReplayChannels | undefined;
  /** Answers GET and HEAD outside `/api` that no route knows, such as the client's files; without one: 404. */
  readonly fallback?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

/** The REST API as an HTTP server that does not listen yet. */
export interface Backend extends AsyncDisposable {
  /** For WebSocket upgrades beside the API. */
  readonly server: Server;
  /** Answers a request that came in on another server, instead of {@link listen}. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** @param port 0: any free one. @returns the port. Rejects when it is taken. */
  listen(host: string, port: number): Promise<number>;
}

const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

/** How long a stop waits for answers that are being sent. */
const STOP_WAIT_MS = 2000;

/**
 * @param settings without calendars: those that are built in; without a folder for files: the system's for what passes;
 * without a token: nobody changes anything
 */
export async function createBackend(
  settings: Pick<BackendConfig, 'trustProxy' | 'rateLimitPerMinute'> &
    Partial<Pick<BackendConfig, 'calendars' | 'filesDir' | 'filesMaxBytes' | 'operations' | 'adminToken' | 'replays'>>,
  parts: BackendParts,
): Promise<Backend> {
  const { reader, registry, readiness } = parts;
  const { calendars = calendarsOf(), filesDir = tmpdir(), filesMaxBytes = DEFAULT_FILES_MAX_BYTES } = settings;
  const { operations = DEFAULT_OPERATIONS, replays: limits = DEFAULT_REPLAY_LIMITS } = settings;
  const app = createApp(settings.trustProxy, parts.log);
  securityHeaders(app);
  measure(app, registry, reader);
  reportLatency(app, parts.log);
  if (settings.rateLimitPerMinute > 0) await limitRate(app, settings.rateLimitPerMinute);
  adminOnly(app, createAdminGate(settings.adminToken, parts.log));
  strictQuery(app);
  answerTheRest(app, parts.fallback);
  const refuseOtherMethods = watchMethods(app);
  await documents(app, VERSION);
  healthRoutes(app, registry, readiness, operations);
  const files: ColumnFiles = new MadeFiles({ folder: filesDir, maxBytes: filesMaxBytes });
  pricesRoute(app, reader, files);
  ticksRoute(app, reader, files);
  averageRoute(app, reader);
  candlesRoute(app, reader, calendars.of, files);
  sessionsRoute(app, reader, calendars);
  stocksRoutes(app, reader);
  boardRoute(app, reader, calendars);
  udfRoutes(app, reader, calendars);
  gapsRoute(app, reader);
  outliersRoute(app, reader);
  coverageRoute(app, reader, calendars.of);
  rejectedRoute(app, reader);
  clearRejectedRoute(app, parts.operator, parts.log);
  lanesRoutes(app, parts.operator, parts.log);
  const { replays: channels, log } = parts;
  const replays = channels === undefined ? undefined : new ReplaySet({ reader, channels, limits, registry, log });
  replaysRoutes(app, replays, limits);
  alertsRoutes(app, { reader, operator: parts.operator, log, now: nowMicros, calendarOf: calendars.of });
  adminRoute(app);
  systemRoutes(app, {
    reader,
    readiness,
    operations,
    ledger: parts.ledger,
    version: VERSION,
    onLedgerError: (error) =>
      parts.log.warn({ event: 'ledger_unreachable', error: String(error) }, 'the subscriber could not be asked'),
  });
  refuseOtherMethods();
  await app.ready();
  return {
    server: app.server,
    // With all that listens to requests: the headers of every answer are set there.
    handle: (request, response) => {
      app.server.emit('request', request, response);
    },
    async listen(host, port) {
      await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
        throw new StartError(listenProblem(error, host, port), { cause: error });
      });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async [Symbol.asyncDispose]() {
      await replays?.[Symbol.asyncDispose]();
      const cut = setTimeout(() => app.server.closeAllConnections(), STOP_WAIT_MS);
      await app.close();
      clearTimeout(cut);
      await files[Symbol.asyncDispose]();
    },
  };
}

async function limitRate(app: App, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    keyGenerator: ({ ip }) => clientKey(ip),
    timeWindow: 60_000,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { after }) =>
      Object.assign(new Error(`at most ${perMinute} requests a minute; come back in ${after}`), { statusCode: 429 }),
  });
}
