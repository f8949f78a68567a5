import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { type Readiness, readinessReply } from './readiness.ts';

export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

export interface HealthServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The setting that names the port; default: PORT. */
  readonly portSetting?: string;
  readonly registry: Registry;
  readonly readiness: () => Promise<Readiness>;
  /** More GET routes by path, for the private network. */
  readonly routes?: Readonly<Record<string, Route>>;
}

export interface HealthServer extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
}

/** Serves `/healthz` (alive), `/readyz` (what each dependency says) and `/metrics` (Prometheus). */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const routes: Readonly<Record<string, Route>> = { ...options.routes, ...healthRoutes(options) };
  const server = createServer((request, response) => {
    void answer(routes, request, response);
  });
  server.requestTimeout = 10_000;
  await listen(server, options.port, options.host, options.portSetting);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    server,
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Resolves when the server listens; rejects with a sentence when the port is taken. @param setting names the port */
export function listen(server: Server, port: number, host: string, setting = 'PORT'): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint = error.code === 'EADDRINUSE' ? `port ${port} is in use: set ${setting} to another` : error.message;
      reject(new Error(`can't listen on ${host}:${port}: ${hint}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function healthRoutes({ registry, readiness }: HealthServerOptions): Record<string, Route> {
  return {
    '/healthz': (_request, response) => send(response, 200, '{"alive":true}'),
    '/readyz': async (_request, response) => {
      const reply = readinessReply(await readiness());
      send(response, reply.status, reply.body);
    },
    '/metrics': async (_request, response) => {
      response.setHeader('content-type', registry.contentType);
      response.setHeader('x-content-type-options', 'nosniff');
      response.end(await registry.metrics());
    },
  };
}

async function answer(
  routes: Readonly<Record<string, Route>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    if (route === undefined) send(response, 404, '{"title":"Not found","status":404}');
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      send(response, 405, '{"title":"Method not allowed","status":405}');
    else await route(request, response, url);
  } catch {
    if (response.headersSent) response.destroy();
    else send(response, 500, '{"title":"Internal error","status":500}');
  }
}

/** Answers with JSON text; errors are problem+json (RFC 9457). */
export function send(response: ServerResponse, status: number, json: string): void {
  const type = status >= 400 && status !== 503 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(json);
}
