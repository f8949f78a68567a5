import { setTimeout as delay } from 'node:timers/promises';
import type { OnFeedEvent } from '../feed-event.ts';
import { nodeAddress, type RedisAddress } from '../redis-address.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { ClusterNode } from './cluster-node.ts';
import { redirectOf } from './redirect.ts';
import { type NodeName, nodeText, parseSlots, SlotMap } from './slot-map.ts';

/** The nodes are asked this often who leads what. */
const LOOK_MS = 1000;
/** So often while a leader is away, or not known to be there. */
const LOOK_SOON_MS = 200;
/** Nor more often than this, however often one says that it does not lead a slot. */
const LOOK_AGAIN_MS = 50;
const MAX_REDIRECTS = 4;
const CLUSTER_DOWN = /^CLUSTERDOWN /;

/** Another node leads a slot now. */
export interface SlotTurn {
  readonly from: RedisAddress;
  readonly to: RedisAddress;
  /** The one before handed nothing over: what it had not passed on yet is lost. */
  readonly isTorn: boolean;
}

export interface ClusterOptions {
  /** Of a node that is known; the others are logged in to in the same way. */
  readonly login: RedisAddress;
  /** What the nodes show for a connection. */
  readonly name: string;
  readonly onEvent: OnFeedEvent;
  /** Others lead: called before anything is asked of them. @param turnOf what befell a slot, if anything */
  readonly onTurn: (turnOf: (slot: number) => SlotTurn | undefined) => void;
  /** Of the nodes that were named in the settings, those that are there. */
  readonly seeds: () => readonly RedisConnection[];
}

/**
 * The leading nodes of a Redis Cluster: one connection to each, and who leads which slot.
 *
 * Not `createCluster` of @redis/client: its commands wait for a node's connection that is still being made, and while that is
 * away in a queue; it opens only when all leaders are there; it tells no error of one node apart from the cluster's; and a
 * blocking read would hold up all commands of that node. Here a command fails at once while its node is away, and concerns
 * no other.
 */
export class ClusterNodes implements AsyncDisposable {
  readonly #options: ClusterOptions;
  readonly #nodes = new Map<string, ClusterNode>();
  #map = new SlotMap([]);
  /** What nodes said of single slots since the map was made. */
  readonly #moved = new Map<number, NodeName>();
  readonly #closing = new AbortController();
  #wake = new AbortController();
  #turn = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
    void this.#watch();
  }

  /** Of all that lead something, as far as known. */
  get leaders(): readonly ClusterNode[] {
    return [...this.#map.leaders.values()].map((name) => this.#open(name));
  }

  /** As `host:port`. */
  leaderOf(slot: number): string | undefined {
    const name = this.#nameOf(slot);
    return name && nodeText(name);
  }

  /** Who leads a slot; where that is not known, one who knows. */
  nodeOf(slot: number): ClusterNode | undefined {
    const name = this.#nameOf(slot);
    const known = name && this.#open(name);
    // Without the right to ask for the map, only who is asked for the slot says that it moved.
    const isLost = known === undefined || (!known.isConnected && this.#map.leaders.size === 0);
    return isLost ? (this.#someone() ?? known) : known;
  }

  /**
   * Runs something at the node that has a slot, wherever that goes meanwhile.
   * @throws FeedUnavailableError
   */
  async run<T>(
    slot: number,
    away: () => Error,
    send: (connection: RedisConnection, isAsking: boolean) => Promise<T>,
  ): Promise<T> {
    let node = this.nodeOf(slot);
    if (node === undefined) throw away();
    for (let redirects = 0, isAsking = false; ; redirects++) {
      try {
        return await send(node.connection, isAsking);
      } catch (error) {
        const redirect = redirectOf(error, node.address);
        if (redirect === undefined || redirects === MAX_REDIRECTS || this.#closing.signal.aborted) throw error;
        isAsking = redirect.kind === 'ask';
        this.learn(error, node.address);
        node = this.#open(redirect.to);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    for (const node of this.#nodes.values()) await node[Symbol.asyncDispose]();
  }

  /** @returns whether a node says with this error that another leads a slot, or that nobody does for now */
  learn(error: unknown, asked: NodeName): boolean {
    const redirect = redirectOf(error, asked);
    if (redirect === undefined) return CLUSTER_DOWN.test(error instanceof Error ? error.message : '');
    const { slot, to, kind } = redirect;
    const before = this.#nameOf(slot);
    if (kind === 'ask' || (before !== undefined && nodeText(before) === nodeText(to))) return true;
    const turn = before && this.#turnOf(before, to);
    this.#moved.set(slot, to);
    this.#options.onTurn((turned) => (turned === slot ? turn : undefined));
    this.#wake.abort();
    return true;
  }

  #nameOf(slot: number): NodeName | undefined {
    return this.#moved.get(slot) ?? this.#map.leaderOf(slot);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      await this.#look().catch(() => {});
      await delay(LOOK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
      const isSure = this.#map.leaders.size > 0 && this.leaders.every(({ wasAway }) => !wasAway);
      const pause = isSure ? LOOK_MS : LOOK_SOON_MS;
      await delay(pause, undefined, { signal: this.#wake.signal, ref: false }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const leading = this.leaders;
    const answers = await Promise.all(leading.map((node) => node.answers(LOOK_MS)));
    const map = await this.#askForMap();
    if (map === undefined || this.#closing.signal.aborted) return;
    const moved = new Map(this.#moved);
    const old = this.#map;
    this.#moved.clear();
    this.#map = map;
    this.#options.onTurn((slot) => {
      const from = moved.get(slot) ?? old.leaderOf(slot);
      const to = map.leaderOf(slot);
      if (from === undefined || to === undefined || nodeText(from) === nodeText(to)) return undefined;
      return this.#turnOf(from, to);
    });
    for (const [i, node] of leading.entries()) {
      const text = nodeText(node.address);
      if (answers[i] === true && map.leaders.has(text)) node.leads();
      // What still waits for an answer of one that leads nothing more must not wait for its silence to end.
      if (!map.leaders.has(text)) await this.#close(text);
    }
    for (const leader of map.leaders.values()) this.#open(leader);
  }

  /** @returns `undefined`: nobody is there, or may say it */
  async #askForMap(): Promise<SlotMap | undefined> {
    const connected = [...this.#nodes.values()].filter(({ isConnected }) => isConnected);
    const all = [...connected.map(({ connection }) => connection), ...this.#options.seeds()];
    // Each in turn: one that is cut off from the others sees an old map.
    const asked = all[this.#turn++ % Math.max(1, all.length)];
    if (asked === undefined) return undefined;
    const late = delay(LOOK_MS, undefined, { ref: false });
    const reply = await Promise.race([asked.run('CLUSTER', 'SLOTS'), late]);
    return reply === undefined ? undefined : parseSlots(reply, asked.address);
  }

  #turnOf(from: NodeName, to: NodeName): SlotTurn {
    const node = this.#nodes.get(nodeText(from));
    const address = (name: NodeName): RedisAddress => nodeAddress(this.#options.login, name.host, name.port);
    return { from: address(from), to: address(to), isTorn: node === undefined || node.wasAway };
  }

  #open(name: NodeName): ClusterNode {
    const text = nodeText(name);
    let node = this.#nodes.get(text);
    if (node === undefined) {
      const { login, name: shown, onEvent } = this.#options;
      node = new ClusterNode(nodeAddress(login, name.host, name.port), shown, onEvent);
      if (!this.#closing.signal.aborted) node.connection.open();
      this.#nodes.set(text, node);
    }
    return node;
  }

  #someone(): ClusterNode | undefined {
    const [seed] = this.#options.seeds();
    const connected = [...this.#nodes.values()].find(({ isConnected }) => isConnected);
    return connected ?? (seed && this.#open(seed.address));
  }

  async #close(text: string): Promise<void> {
    const node = this.#nodes.get(text);
    this.#nodes.delete(text);
    await node?.[Symbol.asyncDispose]();
  }
}
