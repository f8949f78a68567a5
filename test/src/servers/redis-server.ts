import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type RedisClientType } from '@redis/client';
import { ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { GiveUpError, until } from './until.ts';

export interface RedisOptions {
  readonly password?: string;
  /** Keep data over restarts. */
  readonly appendOnly?: boolean;
  /** More settings, word by word: `{ 'client-output-buffer-limit': ['pubsub', '1mb', '1mb', '1'] }`. */
  readonly settings?: Readonly<Record<string, string | readonly string[]>>;
}

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** A connected client of its own; the caller closes it. */
  connect(): Promise<RedisClientType>;
  /** Ends it by SIGTERM. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; waits until it answers. */
  restart(): Promise<void>;
  /** It stays and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

/** Starts a `redis-server` from PATH on a free port, with a data folder of its own. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-redis-'));
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: options.appendOnly ? 'yes' : 'no',
    ...(options.password === undefined ? {} : { requirepass: options.password }),
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value].flat());
  const child = new ChildServer({ command: 'redis-server', args, cwd: folder });
  const credentials = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
  const url = `redis://${credentials}127.0.0.1:${port}`;

  const connect = async (): Promise<RedisClientType> => {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    await client.connect();
    return client as unknown as RedisClientType;
  };
  const restart = async (): Promise<void> => {
    child.launch();
    await until(
      async () => {
        if (!child.isRunning) throw new GiveUpError(`redis-server ended: ${child.output}`);
        const client = await connect();
        try {
          return (await client.ping()) === 'PONG';
        } finally {
          client.destroy();
        }
      },
      { what: 'redis-server answering' },
    );
  };

  await restart().catch(async (error: unknown) => {
    await child.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    port,
    get pid() {
      return child.pid;
    },
    connect,
    restart,
    stop: () => child.end('SIGTERM'),
    kill: () => child.end('SIGKILL'),
    pause: () => child.pause(),
    resume: () => child.resume(),
    async [Symbol.asyncDispose]() {
      await child.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
