import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import slotOf from 'cluster-key-slot';
import { ClusterNodes, type SlotTurn } from './cluster/cluster-nodes.ts';
import { describeError } from './describe-error.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { parseRedisUrls, type RedisAddress } from './redis-address.ts';
import { isAnswer, RedisConnection } from './redis-connection.ts';
import { FeedUnavailableError, type SourceState } from './tick-source.ts';

const WHOLE_MS = 10;

/** What a change of leaders means for a key. `undefined`: nothing. */
export type TurnOf = (key: string) => SlotTurn | undefined;

/**
 * One Redis, or the nodes of a Redis Cluster: the server itself says which it is. Commands go to the node that has their key
 * and fail at once while it is away.
 */
export class RedisNodes implements AsyncDisposable {
  /** For people; without credentials. */
  readonly label: string;
  readonly #seeds: readonly [RedisConnection, ...RedisConnection[]];
  readonly #name: string;
  readonly #onEvent: OnFeedEvent;
  readonly #listeners = new Set<(turnOf: TurnOf) => void>();
  readonly #since: EpochMicros = nowMicros();
  #mode: 'unknown' | 'one' | 'cluster' = 'unknown';
  #cluster: ClusterNodes | undefined;
  #problem = 'not connected yet';
  #isClosed = false;

  /**
   * @param redisUrl as `REDIS_URL`: one, or several with commas between
   * @param name what the servers show for the connections in CLIENT LIST
   */
  constructor(redisUrl: string, name: string, onEvent: OnFeedEvent) {
    const [first, ...others] = parseRedisUrls(redisUrl);
    const seed = (address: RedisAddress): RedisConnection => {
      // Of a cluster each node's own connection tells.
      const connection = new RedisConnection(address, name, (event) => {
        if (this.#cluster === undefined || event.type === 'feed_command_failed') onEvent(event);
      });
      connection.client.on('ready', () => void this.#greet(connection));
      return connection;
    };
    this.label = [first, ...others].map(({ label }) => label).join(', ');
    this.#seeds = [seed(first), ...others.map(seed)];
    // One is enough to say who the others are; where it is away, the next one is asked too.
    for (const [i, { client }] of this.#seeds.entries())
      client.on('error', () => !this.#isClosed && this.#seeds[i + 1]?.open());
    this.#name = name;
    this.#onEvent = onEvent;
  }

  /** Begins to connect; returns at once. */
  open(): void {
    this.#seeds[0].open();
  }

  /** `unknown`: no server has answered yet. */
  get mode(): 'unknown' | 'one' | 'cluster' {
    return this.#mode;
  }

  /** The only server that is named; of several there is none before one has answered. */
  get one(): RedisAddress | undefined {
    return this.#seeds.length === 1 ? this.#seeds[0].address : undefined;
  }

  /** Resolves when the server, or all that lead in a cluster, are connected; or when the signal aborts. */
  async whole(signal: AbortSignal): Promise<void> {
    while (!this.#isWhole && !signal.aborted) await delay(WHOLE_MS, undefined, { signal }).catch(() => {});
  }

  /** Calls when the mode is known and whenever others lead, before anything is asked of them. */
  onTurn(listener: (turnOf: TurnOf) => void): void {
    this.#listeners.add(listener);
  }

  /** The connection to the node that has a key, as far as that is known. */
  connectionOf(key: string): RedisConnection | undefined {
    if (this.#cluster !== undefined) return this.#cluster.nodeOf(slotOf(key))?.connection;
    return this.#seeds.length === 1 || this.#mode === 'one' ? this.#seeds[0] : undefined;
  }

  /** The node of a cluster that leads a key, as `host:port`. `undefined`: it is not known, or there is no cluster. */
  leaderOf(key: string): string | undefined {
    return this.#cluster?.leaderOf(slotOf(key));
  }

  stateOf(key: string): SourceState {
    const state = this.connectionOf(key)?.state;
    return state ?? { state: 'disconnected', since: this.#since, error: this.#why(key) };
  }

  /** @throws FeedUnavailableError the key's node is away or refuses */
  async run(key: string, ...command: readonly string[]): Promise<unknown> {
    if (this.#cluster === undefined) return await this.#sure(key).run(...command);
    return await this.#cluster.run(
      slotOf(key),
      () => this.failure(key),
      (node, isAsking) => (isAsking ? node.runAsking(...command) : node.run(...command)),
    );
  }

  /** As {@link RedisConnection.runTogether}; all commands are of one key. */
  async runTogether(key: string, commands: readonly (readonly string[])[]): Promise<readonly unknown[]> {
    if (this.#cluster === undefined) return await this.#sure(key).runTogether(commands);
    return await this.#cluster.run(
      slotOf(key),
      () => this.failure(key),
      (node, isAsking) => node.runTogether(commands, isAsking),
    );
  }

  /** Runs a command at each node that leads something and is there. @throws FeedUnavailableError none is, or one refuses */
  async runEverywhere(...command: readonly string[]): Promise<readonly [unknown, ...unknown[]]> {
    const nodes = this.#cluster?.leaders.filter(({ isConnected }) => isConnected).map(({ connection }) => connection);
    const [first = this.#sure(''), ...others] = nodes ?? [];
    const answers = [first.run(...command), ...others.map((node) => node.run(...command))];
    const [answer, ...rest] = await Promise.all(answers);
    return [answer, ...rest];
  }

  /** @returns whether a node said with this error that it does not lead a key; who does is asked for */
  learn(error: unknown, asked: RedisAddress): boolean {
    return this.#cluster?.learn(error, asked) === true;
  }

  /** @param cause `undefined`: nobody is known to have it */
  failure(key: string, cause?: unknown): FeedUnavailableError {
    const label = this.connectionOf(key)?.label ?? this.label;
    return new FeedUnavailableError(`${label}: ${cause === undefined ? this.#why(key) : describeError(cause)}`, {
      cause,
    });
  }

  /** A server answered, with an error. */
  commandFailed(key: string, error: unknown): void {
    (this.connectionOf(key) ?? this.#seeds[0]).commandFailed(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const seed of this.#seeds) await seed[Symbol.asyncDispose]();
    await this.#cluster?.[Symbol.asyncDispose]();
  }

  get #isWhole(): boolean {
    const leaders = this.#cluster?.leaders;
    if (leaders === undefined) return this.#mode === 'one' && this.connectionOf('')?.state.state === 'connected';
    return leaders.length > 0 && leaders.every(({ isConnected }) => isConnected);
  }

  #sure(key: string): RedisConnection {
    const connection = this.connectionOf(key);
    if (connection === undefined) throw this.failure(key);
    return connection;
  }

  #why(key: string): string {
    if (this.#cluster !== undefined) return `no node of the cluster is known to lead slot ${slotOf(key)}`;
    const away = this.#seeds.map(({ state }) => state).find(({ state }) => state === 'disconnected');
    return away?.state === 'disconnected' ? away.error : this.#problem;
  }

  /**
   * Asks a server what it is. HELLO is the one question that needs no right, whatever the user may do otherwise; a server
   * without it (before Redis 6) counts as one alone.
   */
  async #greet(seed: RedisConnection): Promise<void> {
    let mode: 'one' | 'cluster' = 'one';
    try {
      const fields = (await seed.run('HELLO')) as readonly unknown[];
      const at = fields.findIndex((field, i) => i % 2 === 0 && String(field) === 'mode');
      if (String(fields[at + 1]) === 'cluster') mode = 'cluster';
    } catch (error) {
      // It went away again, and is asked when it is back.
      if (!isAnswer(error)) return;
    }
    if (this.#isClosed || (mode === 'one' && this.#cluster !== undefined)) return;
    if (mode === 'one' && this.#seeds.length > 1) {
      this.#problem = `${seed.label} is no node of a cluster, but several nodes are named`;
      this.#onEvent({ type: 'feed_command_failed', server: seed.label, error: this.#problem });
      return;
    }
    this.#mode = mode;
    if (mode === 'cluster') this.#cluster ??= this.#join(seed);
    this.#tell(() => undefined);
  }

  #join({ address: login }: RedisConnection): ClusterNodes {
    return new ClusterNodes({
      login,
      name: this.#name,
      onEvent: this.#onEvent,
      seeds: () => this.#seeds.filter(({ state }) => state.state === 'connected'),
      onTurn: (turnOf) => this.#tell((key) => turnOf(slotOf(key))),
    });
  }

  #tell(turnOf: TurnOf): void {
    for (const listener of this.#listeners) listener(turnOf);
  }
}
