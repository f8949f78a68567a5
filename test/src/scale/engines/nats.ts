import { type JetStreamManager, jetstream, type StreamInfo } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ResourceStack } from '@tickwatch/runtime';
import { type NatsServer, startNatsCluster, until } from '../../servers/index.ts';
import type { EngineFaults, EnginePublisher, LogEngine } from '../log-engine.ts';

const REPLICAS = 3;
/** A stream that is made is on all its nodes within so much; nats-server 2.9 leaves some on one for ever. */
const WHOLE_MS = 3_000;

/** JetStream on three nodes, each stream on all of them. */
export async function openNats(): Promise<LogEngine> {
  return await ResourceStack.open(async (opened) => {
    const nodes = (await startNatsCluster()).map((node) => opened.use(node));
    return new Nats(nodes, opened);
  });
}

class Nats implements LogEngine {
  readonly name = 'nats';
  readonly env: Readonly<Record<string, string>>;
  readonly #nodes: readonly NatsServer[];
  readonly #opened: ResourceStack;
  #streams: readonly { readonly name: string; readonly subjects: string[] }[] = [];

  constructor(nodes: readonly NatsServer[], opened: ResourceStack) {
    this.#nodes = nodes;
    this.#opened = opened;
    this.env = { NATS_URL: nodes.map(({ url }) => url).join(','), TICK_FEED: 'nats' };
  }

  async prepare(exchanges: readonly string[], lanes: number): Promise<void> {
    const mappings = exchanges.map((exchange) => [
      `ticks.${exchange}.*`,
      `ticks.${exchange}.{{partition(${lanes},1)}}`,
    ]);
    await Promise.all(this.#nodes.map((node) => node.remap(Object.fromEntries(mappings))));
    this.#streams = exchanges.flatMap((exchange) =>
      Array.from({ length: lanes }, (_, k) => ({
        name: `TICKS_${exchange}_${k}`,
        subjects: [`ticks.${exchange}.${k}`],
      })),
    );
    for (const stream of this.#streams) await this.#make(stream);
    // A node that has not read its settings yet would refuse stocks.
    await this.#canPublish(exchanges[0] ?? '');
  }

  async publisher(): Promise<EnginePublisher> {
    const servers = this.#nodes.map(({ url }) => new URL(url).host);
    const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    let isConnected = true;
    void (async () => {
      for await (const { type } of connection.status()) {
        if (type === 'disconnect') isConnected = false;
        if (type === 'reconnect') isConnected = true;
      }
    })();
    const client = jetstream(connection);
    return {
      get isReady() {
        return isConnected;
      },
      publish: (messages) =>
        Promise.all(
          messages.map(({ exchange, stock, text }) =>
            client.publish(`ticks.${exchange}.${encodeURIComponent(stock)}`, text).then(
              () => true,
              () => false,
            ),
          ),
        ),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  }

  readonly faults: EngineFaults = {
    killed: () => this.#replace(this.#nodes[0], (node) => node.kill()),
    restarted: async () => {
      for (const node of this.#nodes) await this.#replace(node, (one) => one.stop());
    },
    leaderLost: async () => {
      const [first] = this.#streams;
      if (first === undefined) throw new Error('nothing is prepared');
      const led = (await this.#manage(({ streams }) => streams.info(first.name))).cluster?.leader;
      await this.#replace(
        this.#nodes.find(({ name }) => name === led),
        (node) => node.kill(),
      );
    },
    overtaken: async (exchange) => {
      const names = this.#streams.map(({ name }) => name).filter((name) => name.startsWith(`TICKS_${exchange}_`));
      let forgotten = 0;
      for (const name of names) {
        await this.#manage(async ({ streams }) => {
          const { messages, first_seq } = (await streams.info(name)).state;
          const { purged } = await streams.purge(name, { seq: first_seq + Math.floor(messages / 2) });
          forgotten += purged;
        });
      }
      return forgotten;
    },
  };

  readonly ownFaults = new Map([['stream-made-anew', () => this.#makeAnew()]]);

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  async #makeAnew(): Promise<string> {
    const [stream] = this.#streams;
    if (stream === undefined) throw new Error('nothing is prepared');
    const { state } = await this.#manage(({ streams }) => streams.info(stream.name));
    await this.#manage(({ streams }) => streams.delete(stream.name));
    await this.#make(stream);
    return `${stream.name} was deleted with ${state.messages} messages and made anew`;
  }

  /**
   * A subscriber that misses its stream makes one too, with one replica. Of two that are made at once the server keeps either, or
   * (2.9) one that should have three replicas and has one: what is not whole goes, until one is.
   */
  async #make({ name, subjects }: { readonly name: string; readonly subjects: string[] }): Promise<void> {
    let madeAt = Number.NEGATIVE_INFINITY;
    const stands = async (): Promise<boolean> => {
      const info = await this.#manage(({ streams }) => streams.info(name)).catch(() => undefined);
      if (info !== undefined && isWhole(info)) return true;
      const mayBecome = info === undefined || info.config.num_replicas === REPLICAS;
      if (mayBecome && performance.now() - madeAt < WHOLE_MS) return false;
      madeAt = performance.now();
      await this.#manage(async ({ streams }) => {
        await streams.delete(name).catch(() => {});
        // Whether it was made is seen next.
        await streams.add({ name, subjects, num_replicas: REPLICAS }).catch(() => {});
      });
      return false;
    };
    await until(stands, { what: `the stream ${name} on all nodes` });
  }

  /** One node ends and comes back; the others go on meanwhile, and in the end it has all that they have. */
  async #replace(node: NatsServer | undefined, end: (node: NatsServer) => Promise<void>): Promise<void> {
    if (node === undefined) throw new Error('no such node');
    await end(node);
    const living = this.#nodes.filter((one) => one !== node);
    await until(() =>
      this.#areAll(living, ({ cluster }) => cluster?.leader !== undefined && cluster.leader !== node.name),
    );
    await node.restart();
    await until(() => this.#areAll(this.#nodes, isWhole), { what: 'the cluster being whole' });
  }

  async #areAll(nodes: readonly NatsServer[], is: (info: StreamInfo) => boolean): Promise<boolean> {
    const infos = await this.#manage(
      ({ streams }) => Promise.all(this.#streams.map(({ name }) => streams.info(name))),
      nodes,
    );
    return infos.every(is);
  }

  /** Asks the first node that answers. */
  async #manage<T>(work: (manager: JetStreamManager) => Promise<T>, nodes = this.#nodes): Promise<T> {
    let thrown: unknown;
    for (const node of nodes) {
      try {
        return await node.manage(work);
      } catch (error) {
        thrown = error;
      }
    }
    throw thrown;
  }

  async #canPublish(exchange: string): Promise<void> {
    for (const node of this.#nodes) {
      await until(async () => {
        const connection: NatsConnection = await node.connect();
        try {
          // What expects another stream is taken by none, and only a lane's stream says so.
          const expect = { streamName: 'another' };
          const error: unknown = await jetstream(connection)
            .publish(`ticks.${exchange}.ANY`, '', { expect })
            .catch((e) => e);
          return /expected stream/.test(String(error));
        } finally {
          await connection.close();
        }
      });
    }
  }
}

function isWhole({ cluster }: StreamInfo): boolean {
  const { replicas = [] } = cluster ?? {};
  return replicas.length === REPLICAS - 1 && replicas.every(({ current, offline }) => current && offline !== true);
}
