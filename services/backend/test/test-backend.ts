import type { Calendars } from '@tickwatch/core';
import { createMetrics, type Operations, silentLogger } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';
import { type BackendParts, backendReadiness, createBackend } from '../src/index.ts';

export interface TestBackend extends AsyncDisposable {
  readonly origin: string;
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** The backend's HTTP side on a free port. */
export async function listenBackend(
  reader: TickReader,
  parts: Partial<BackendParts> = {},
  settings: {
    readonly rateLimitPerMinute?: number;
    readonly calendars?: Calendars;
    readonly operations?: Operations;
    readonly trustProxy?: readonly string[];
  } = {},
): Promise<TestBackend> {
  const backend = await createBackend(
    { trustProxy: false, rateLimitPerMinute: 100_000, ...settings },
    {
      reader,
      log: silentLogger,
      registry: createMetrics('backend'),
      readiness: () => backendReadiness(reader),
      ...parts,
    },
  );
  const port = await backend.listen('127.0.0.1', 0);
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    get: (path, init) => fetch(`${origin}${path}`, init),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
