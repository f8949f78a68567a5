import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { GiveUpError, until } from './until.ts';

export interface NatsOptions {
  /** Of the one user; without it nobody has to log in. */
  readonly password?: string;
  /** Lines of the server's configuration. */
  readonly settings?: readonly string[];
  readonly mappings?: Mappings;
}

/** What the server makes of what is published to a subject: `'ticks.NASDAQ.*': 'ticks.NASDAQ.{{partition(4,1)}}'`. */
export type Mappings = Readonly<Record<string, string>>;

export interface NatsServer extends AsyncDisposable {
  /** As the others of its cluster know it. */
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
  /** A connection of its own, which does not reconnect; the caller closes it. */
  connect(options?: NodeConnectionOptions): Promise<NatsConnection>;
  /** Does something as an operator would. */
  manage<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T>;
  /** Reads its configuration again, with other mappings. */
  remap(mappings: Mappings): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data; waits until it answers. */
  restart(): Promise<void>;
  /** Keeps a copy of its data while it is stopped. @returns puts them back, also while it is stopped */
  snapshot(): Promise<() => Promise<void>>;
  /** It stays and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

/** One of a cluster. */
interface Node {
  readonly name: string;
  readonly port: number;
  readonly cluster: { readonly ports: readonly number[]; readonly index: number } | undefined;
}

/** `nats-server` from PATH, or another one to try. */
const COMMAND = process.env.NATS_SERVER ?? 'nats-server';
const USER = 'tick';

/** Starts a `nats-server` with JetStream on a free port, with a data folder of its own. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const server = await prepare(options, { name: 'one', port: await freePort(), cluster: undefined });
  await startOr(server, () => server.restart());
  return server;
}

/** Starts three of them that are a cluster; streams with three replicas survive the loss of one. */
export async function startNatsCluster(options: NatsOptions = {}): Promise<readonly NatsServer[]> {
  const ports = await freePorts(6);
  const cluster = ports.slice(3);
  const nodes = await Promise.all(
    cluster.map((_, index) =>
      prepare(options, { name: `n${index}`, port: ports[index] ?? 0, cluster: { ports: cluster, index } }),
    ),
  );
  await Promise.all(nodes.map((node) => startOr(node, () => node.restart())));
  return nodes;
}

async function startOr(server: NatsServer, start: () => Promise<void>): Promise<void> {
  await start().catch(async (error: unknown) => {
    await server[Symbol.asyncDispose]();
    throw error;
  });
}

/** Ports are free only as long as nobody has them: each is asked for before another could be given twice. */
async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function prepare({ password, settings = [], mappings = {} }: NatsOptions, node: Node): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-nats-'));
  const file = join(folder, 'nats.conf');
  const lines = (current: Mappings): string =>
    [
      `server_name: ${node.name}`,
      `listen: 127.0.0.1:${node.port}`,
      `jetstream { store_dir: "${folder}" }`,
      ...(password === undefined ? [] : [`authorization { user: ${USER}, password: "${password}" }`]),
      ...(node.cluster === undefined ? [] : [routesOf(node.cluster)]),
      `mappings {${Object.entries(current).map(([from, to]) => ` "${from}": "${to}"`)} }`,
      ...settings,
    ].join('\n');
  await writeFile(file, lines(mappings));
  const child = new ChildServer({ command: COMMAND, args: ['-c', file], cwd: folder });
  const login = password === undefined ? {} : { user: USER, pass: password };
  const open = (more: NodeConnectionOptions = {}): Promise<NatsConnection> =>
    connect({ servers: `127.0.0.1:${node.port}`, ...login, reconnect: false, timeout: 5000, ...more });
  const manage: NatsServer['manage'] = async (work) => {
    const connection = await open();
    try {
      return await work(await jetstreamManager(connection, { checkAPI: false, timeout: 5000 }));
    } finally {
      await connection.close();
    }
  };
  return {
    name: node.name,
    url: `nats://${password === undefined ? '' : `${USER}:${encodeURIComponent(password)}@`}127.0.0.1:${node.port}`,
    get pid() {
      return child.pid;
    },
    connect: open,
    manage,
    async remap(current) {
      await writeFile(file, lines(current));
      if (child.pid !== undefined) process.kill(child.pid, 'SIGHUP');
    },
    async restart() {
      child.launch();
      await until(
        async () => {
          if (!child.isRunning) throw new GiveUpError(`nats-server ended: ${child.output}`);
          // With a leader, where it is a cluster.
          return await manage((manager) => manager.getAccountInfo());
        },
        { what: 'nats-server answering' },
      );
    },
    async snapshot() {
      const [data, copy] = [join(folder, 'jetstream'), join(folder, 'copy')];
      await cp(data, copy, { recursive: true });
      return async () => {
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
      };
    },
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

function routesOf({ ports, index }: NonNullable<Node['cluster']>): string {
  const routes = ports.filter((_, i) => i !== index).map((port) => `nats://127.0.0.1:${port}`);
  return `cluster { name: tickwatch, listen: "127.0.0.1:${ports[index]}", routes: [${routes.join(', ')}] }`;
}
