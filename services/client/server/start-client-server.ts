import { createServer } from 'node:http';
import {
  createMetrics,
  DEFAULT_OPERATIONS,
  type Logger,
  listen,
  type Operations,
  openOperations,
  operatorCheck,
  send,
  silentLogger,
  whereFiguresAre,
} from '@tickwatch/runtime';
import { buildClient, distFolder, isBuilt } from './build-client.ts';
import { clientHandler } from './client-handler.ts';

export interface ClientServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Who is told figures. */
  readonly operations?: Operations;
}

export interface ClientServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves the built client by itself, for a stack whose proxy sends it what is neither API nor live. */
export async function startClientServer(config: ClientServerConfig, log: Logger = silentLogger): Promise<ClientServer> {
  const { host, port, operations = DEFAULT_OPERATIONS } = config;
  const isOperator = operatorCheck(operations);
  const folder = isBuilt() ? distFolder : await buildClient();
  const serve = clientHandler(folder);
  const registry = createMetrics('client');
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz' || path === '/readyz') {
      send(response, 200, path === '/healthz' ? '{"alive":true}' : '{"client":{"ok":true,"detail":"built"}}');
    } else if (path === '/metrics' && !isOperator(request)) {
      send(response, 404, JSON.stringify({ title: 'Not found', status: 404, detail: whereFiguresAre(operations) }));
    } else if (path === '/metrics') {
      registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else serve(request, response);
  });
  server.requestTimeout = 10_000;
  const ops = await openOperations(operations, log, {
    registry,
    readiness: async () => ({ client: { ok: true, detail: 'built' } }),
  });
  await listen(server, port, host);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, ops[Symbol.asyncDispose]()]);
    },
  };
}
