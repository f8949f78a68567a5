import { createServer } from 'node:http';
import { createMetrics, listen } from '@tickwatch/runtime';
import { buildClient, distFolder, isBuilt } from './build-client.ts';
import { clientHandler } from './client-handler.ts';

export interface ClientServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface ClientServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves the built client by itself, for a stack whose proxy sends it what is neither API nor live. */
export async function startClientServer({ host, port }: ClientServerConfig): Promise<ClientServer> {
  const folder = isBuilt() ? distFolder : await buildClient();
  const serve = clientHandler(folder);
  const registry = createMetrics('client');
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz' || path === '/readyz') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(path === '/healthz' ? '{"alive":true}' : '{"client":{"ok":true,"detail":"built"}}');
    } else if (path === '/metrics') {
      registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else serve(request, response);
  });
  server.requestTimeout = 10_000;
  await listen(server, port, host);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
