import type { RedisClientType } from '@redis/client';
import { freePort } from './free-port.ts';
import { type ClusterRow, isAway, type LedSlots, parseNodes, parseSlots } from './redis-cluster-view.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { until } from './until.ts';

const PRIMARIES = 3;
const SLOTS = 16_384;
/** How long a node is silent before the others count it as lost: longer than any machine lets it wait. */
const NODE_TIMEOUT_MS = 60_000;
/** The same while one is to be lost. */
const LOSS_TIMEOUT_MS = 1500;
const PASSWORD = 'hunter2';

export interface RedisCluster extends AsyncDisposable {
  /** Of all nodes, with commas between. */
  readonly url: string;
  /** Of the default user. */
  readonly password: string;
  readonly nodes: readonly RedisServer[];
  /** Runs a command at one node. */
  run(node: RedisServer, ...command: readonly (string | Buffer)[]): Promise<unknown>;
  /** Runs a command of a key, wherever that is. */
  runAt(key: string, ...command: readonly (string | Buffer)[]): Promise<unknown>;
  /** The node that leads a key's slot, as most of those that are there say. */
  leaderOf(key: string): Promise<RedisServer>;
  /** One that copies a node. */
  replicaOf(leader: RedisServer): Promise<RedisServer>;
  /** Moves a key's slot with all that is in it. @param halfway called when the keys are moved (or not yet) and the slot is in both */
  moveSlot(
    key: string,
    to: RedisServer,
    halfway?: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> },
  ): Promise<void>;
  /** Kills a key's leader and waits for its replica to lead. @returns the lost one, which is not started again */
  loseLeader(key: string): Promise<RedisServer>;
  /** Lets a replica copy nothing more, until the returned function is called. */
  cutOff(replica: RedisServer): Promise<() => Promise<void>>;
  /** Resolves when all nodes that run know the same of all slots, and all replicas copy. */
  settled(): Promise<void>;
}

/** Starts three leading nodes and a replica of each: six real processes, on free ports. */
export async function startRedisCluster(): Promise<RedisCluster> {
  // One that fails must not leave the others behind.
  const starts = await Promise.allSettled(Array.from({ length: PRIMARIES * 2 }, startNode));
  const cluster = new Cluster(starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])));
  try {
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await cluster.form();
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

async function startNode(): Promise<RedisServer> {
  const busPort = String(await freePort());
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
    'cluster-port': busPort,
    // A replica that is long behind may lead as well: tests cut some off.
    'cluster-replica-validity-factor': '0',
    // Shards whose nodes are all there go on while another is lost.
    'cluster-require-full-coverage': 'no',
    'repl-diskless-sync-delay': '0',
    masterauth: PASSWORD,
  };
  return await startRedis({ password: PASSWORD, appendOnly: true, settings });
}

class Cluster implements RedisCluster {
  readonly password = PASSWORD;
  readonly nodes: readonly RedisServer[];
  readonly #clients = new Map<RedisServer, Promise<RedisClientType>>();

  constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  async run(node: RedisServer, ...command: readonly (string | Buffer)[]): Promise<unknown> {
    return await (await this.#clientOf(node)).sendCommand([...command]);
  }

  async runAt(key: string, ...command: readonly (string | Buffer)[]): Promise<unknown> {
    return await until(async () => ({ answer: await this.run(await this.leaderOf(key), ...command) })).then(
      ({ answer }) => answer,
    );
  }

  async form(): Promise<void> {
    const [first, ...others] = this.nodes;
    if (first === undefined) return;
    const share = Math.ceil(SLOTS / PRIMARIES);
    await Promise.all(
      this.nodes.map(async (node, i) => {
        await this.run(node, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
        if (i >= PRIMARIES) return;
        const to = Math.min(SLOTS, (i + 1) * share) - 1;
        await this.run(node, 'CLUSTER', 'ADDSLOTSRANGE', String(i * share), String(to));
      }),
    );
    const busPort = String(
      ((await this.run(first, 'CONFIG', 'GET', 'cluster-port')) as Record<string, string>)['cluster-port'],
    );
    for (const node of others) await this.run(node, 'CLUSTER', 'MEET', '127.0.0.1', String(first.port), busPort);
    await until(
      async () => {
        const seen = await Promise.all(this.nodes.map((node) => this.#rows(node)));
        return seen.every((rows) => rows.length === this.nodes.length && rows.every(({ isLinked }) => isLinked));
      },
      { what: 'the nodes knowing each other' },
    );
    for (let i = PRIMARIES; i < this.nodes.length; i++) {
      const [replica, leader] = [this.#node(i), this.#node(i - PRIMARIES)];
      const id = String(await this.run(leader, 'CLUSTER', 'MYID'));
      await until(() => this.run(replica, 'CLUSTER', 'REPLICATE', id), { what: 'a replica taking its leader' });
    }
    await this.settled();
  }

  async settled(): Promise<void> {
    await until(
      async () => {
        const running = this.nodes.filter(({ pid }) => pid !== undefined);
        const seen = await Promise.all(running.map((node) => this.#look(node, running.length)));
        return seen.every((slots) => slots !== undefined && slots === seen[0]);
      },
      { what: 'the cluster settling' },
    );
  }

  async leaderOf(key: string): Promise<RedisServer> {
    const votes = new Map<number, number>();
    const running = this.nodes.filter(({ pid }) => pid !== undefined);
    const slot = await this.#slotOf(key);
    const slots = await Promise.all(running.map((node) => this.#slots(node)));
    for (const rows of slots) {
      const port = rows.find(({ from, to }) => from <= slot && slot <= to)?.port;
      if (port !== undefined) votes.set(port, (votes.get(port) ?? 0) + 1);
    }
    const [[port] = [0]] = [...votes].sort(([, a], [, b]) => b - a);
    const node = this.nodes.find((one) => one.port === port);
    if (node === undefined) throw new Error(`nobody leads ${key}`);
    return node;
  }

  async replicaOf(leader: RedisServer): Promise<RedisServer> {
    const rows = await this.#rows(leader);
    const id = rows.find(({ port }) => port === leader.port)?.id;
    const replica = rows.find((row) => row.leader === id && !isAway(row));
    const node = this.nodes.find(({ port }) => port === replica?.port);
    if (node === undefined) throw new Error(`nobody copies the node at port ${leader.port}`);
    return node;
  }

  async moveSlot(
    key: string,
    to: RedisServer,
    halfway: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> } = {},
  ): Promise<void> {
    const from = await this.leaderOf(key);
    const slot = String(await this.#slotOf(key));
    const [fromId, toId] = [await this.run(from, 'CLUSTER', 'MYID'), await this.run(to, 'CLUSTER', 'MYID')].map(String);
    await this.run(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '');
    await this.run(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '');
    await halfway.before?.();
    const keys = (await this.run(from, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as readonly string[];
    for (const moved of keys) {
      const target = ['127.0.0.1', String(to.port), moved, '0', '5000', 'AUTH', PASSWORD];
      await this.run(from, 'MIGRATE', ...target);
    }
    await halfway.after?.();
    for (const node of [to, from, ...this.nodes.filter((one) => one !== to && one !== from)]) {
      // Replicas learn it from their leaders.
      if (node.pid !== undefined) await this.run(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '').catch(() => {});
    }
    await this.settled();
  }

  async loseLeader(key: string): Promise<RedisServer> {
    const leader = await this.leaderOf(key);
    await this.#countLostAfter(LOSS_TIMEOUT_MS);
    await leader.kill();
    await until(async () => (await this.leaderOf(key)) !== leader, { what: 'a replica leading' });
    await this.#countLostAfter(NODE_TIMEOUT_MS);
    return leader;
  }

  async cutOff(replica: RedisServer): Promise<() => Promise<void>> {
    await this.run(replica, 'CONFIG', 'SET', 'masterauth', 'wrong');
    await this.run(replica, 'CLIENT', 'KILL', 'TYPE', 'master');
    await until(async () => /master_link_status:down/.test(String(await this.run(replica, 'INFO', 'replication'))));
    return async () => void (await this.run(replica, 'CONFIG', 'SET', 'masterauth', PASSWORD));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    for (const client of this.#clients.values())
      await client.then((one) => one.isOpen && one.destroy()).catch(() => {});
  }

  /** Tells all nodes that run how long one is silent before it is lost. */
  async #countLostAfter(millis: number): Promise<void> {
    for (const node of this.nodes)
      if (node.pid !== undefined) await this.run(node, 'CONFIG', 'SET', 'cluster-node-timeout', String(millis));
  }

  async #clientOf(node: RedisServer): Promise<RedisClientType> {
    const known = await this.#clients.get(node)?.catch(() => undefined);
    if (known?.isReady === true) return known;
    const connecting = node.connect();
    this.#clients.set(node, connecting);
    return await connecting;
  }

  async #slotOf(key: string): Promise<number> {
    const [node] = this.nodes.filter(({ pid }) => pid !== undefined);
    return Number(await this.run(node ?? this.#node(0), 'CLUSTER', 'KEYSLOT', key));
  }

  #node(index: number): RedisServer {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node;
  }

  /** What a node says of the slots, when all is well as it sees it. */
  async #look(node: RedisServer, running: number): Promise<string | undefined> {
    const info = String(await this.run(node, 'CLUSTER', 'INFO'));
    const replication = String(await this.run(node, 'INFO', 'replication'));
    const rows = await this.#rows(node);
    const known = rows.filter((row) => row.isLinked && !isAway(row));
    const copying = known.filter(({ leader }) => leader !== '-').length;
    const isWhole = known.length >= running && copying === running - PRIMARIES;
    const isWell = /cluster_state:ok/.test(info) && !/master_link_status:down/.test(replication) && isWhole;
    const slots = [...(await this.#slots(node))].sort((a, b) => a.from - b.from);
    const covered = slots.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    return isWell && covered === SLOTS ? JSON.stringify(slots) : undefined;
  }

  async #slots(node: RedisServer): Promise<readonly LedSlots[]> {
    return parseSlots(await this.run(node, 'CLUSTER', 'SLOTS'));
  }

  async #rows(node: RedisServer): Promise<readonly ClusterRow[]> {
    return parseNodes(await this.run(node, 'CLUSTER', 'NODES'));
  }
}
