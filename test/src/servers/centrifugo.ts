import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export const CENTRIFUGO_IMAGE = 'centrifugo/centrifugo:v6.2.3';

/** What the stack mounts at /centrifugo: configuration and start script as they are shipped. */
export const CENTRIFUGO_FOLDER = fileURLToPath(new URL('../../../deploy/centrifugo', import.meta.url));

export interface CentrifugoOptions {
  readonly apiKey?: string;
  readonly allowedOrigins?: readonly string[];
  /** As in the environment: names with commas between. */
  readonly exchanges?: string;
  /** As in the environment: `4`, or `NASDAQ:4,NYSE:2`. */
  readonly lanes?: string;
}

/** A real Centrifugo v6 in a container, started as the stack does, on a free port of 127.0.0.1. */
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
  const { apiKey = 'test-key', allowedOrigins = [], exchanges = 'NASDAQ,NYSE', lanes = '1' } = options;
  const port = await freePort();
  const { stdout } = await run('docker', [
    ...['run', '--detach', '--read-only', '--publish', `127.0.0.1:${port}:8000`],
    ...['--volume', `${CENTRIFUGO_FOLDER}:/centrifugo:ro`, '--env', `EXCHANGES=${exchanges}`],
    ...['--env', `LANES=${lanes}`],
    ...['--env', `CENTRIFUGO_HTTP_API_KEY=${apiKey}`],
    ...['--env', `CENTRIFUGO_CLIENT_ALLOWED_ORIGINS=${allowedOrigins.join(' ')}`],
    ...[CENTRIFUGO_IMAGE, 'sh', '/centrifugo/start.sh'],
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

async function untilHealthy(port: number): Promise<void> {
  const healthy = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1000) });
    return response.ok;
  };
  await until(healthy, { what: 'Centrifugo being ready' });
}
