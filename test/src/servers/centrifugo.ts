import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export const CENTRIFUGO_IMAGE = 'centrifugo/centrifugo:v6.2.3';

export interface CentrifugoOptions {
  readonly apiKey?: string;
  readonly allowedOrigins?: readonly string[];
  readonly historySize?: number;
  readonly historyTtlSeconds?: number;
}

/** A real Centrifugo v6 in a container, on a free port of 127.0.0.1. */
export interface CentrifugoServer extends AsyncDisposable {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly websocketUrl: string;
  /** Freezes it: connections stay and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Kills it and starts it again on the same port, without its memory. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts it and waits until it serves. @throws Error when docker or the image is missing */
export async function startCentrifugo(options: CentrifugoOptions = {}): Promise<CentrifugoServer> {
  const apiKey = options.apiKey ?? 'test-key';
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-centrifugo-'));
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(centrifugoConfig({ ...options, apiKey })), { mode: 0o644 });
  const port = await freePort();
  const mount = `${config}:/centrifugo/config.json:ro`;
  const { stdout } = await run('docker', [
    ...['run', '--detach', '--publish', `127.0.0.1:${port}:8000`, '--volume', mount],
    ...[CENTRIFUGO_IMAGE, 'centrifugo', '-c', '/centrifugo/config.json'],
  ]);
  const container = stdout.trim();
  const remove = () => spawnSync('docker', ['rm', '--force', '--volumes', container]);
  process.once('exit', remove);
  const docker = async (command: string) => {
    await run('docker', [command, container]);
  };
  const server: CentrifugoServer = {
    apiUrl: `http://127.0.0.1:${port}`,
    apiKey,
    websocketUrl: `ws://127.0.0.1:${port}/connection/websocket`,
    pause: () => docker('pause'),
    resume: () => docker('unpause'),
    kill: () => docker('kill'),
    start: async () => {
      await docker('start');
      await untilHealthy(port);
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', remove);
      remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilHealthy(port);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

function centrifugoConfig({
  apiKey,
  allowedOrigins = [],
  historySize = 600,
  historyTtlSeconds = 60,
}: CentrifugoOptions): object {
  return {
    http_api: { key: apiKey },
    health: { enabled: true },
    client: { allow_anonymous_connect_without_token: true, allowed_origins: allowedOrigins },
    channel: {
      without_namespace: {
        allow_subscribe_for_client: true,
        allow_subscribe_for_anonymous: true,
        allow_history_for_subscriber: true,
        allow_history_for_anonymous: true,
        history_size: historySize,
        history_ttl: `${historyTtlSeconds}s`,
        force_recovery: true,
        force_positioning: true,
      },
    },
  };
}

async function untilHealthy(port: number): Promise<void> {
  const healthy = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1000) });
    return response.ok;
  };
  await until(healthy, { timeoutMs: 30_000, what: 'Centrifugo being ready' });
}
