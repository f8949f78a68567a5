import type { TickReader } from '@tickwatch/store';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { App } from './app.ts';

/** Seconds per request and what the reader is busy with, for `/metrics`. */
export function measure(app: App, registry: Registry, reader: TickReader): void {
  const seconds = new Histogram({
    name: 'http_request_seconds',
    help: 'Seconds from a request to the end of its answer',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    seconds.observe({ route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  gauge(registry, 'reader_questions', 'Questions that run now', () => reader.load().questions);
  gauge(registry, 'reader_waiting', 'Questions that wait for a connection', () => reader.load().waiting);
  gauge(registry, 'reader_exports', 'Long answers that are streamed now', () => reader.load().exports);
  gauge(registry, 'reader_tail_reachable', '1: answers reach up to now', () => (reader.load().tailReachable ? 1 : 0));
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
