import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ResourceStack } from '@tickwatch/runtime';
import {
  GiveUpError,
  type PostgresOptions,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  until,
} from '../servers/index.ts';
import { addRules, auditAlerts } from './alerts.ts';
import { type Audit, audit, type Covers } from './audit.ts';
import { Database } from './database.ts';
import type { FaultRow } from './fault-row.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { NumberedTicks } from './numbered-ticks.ts';
import { processProblems } from './process-problems.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { SubscriberProcess } from './subscriber-process.ts';

export interface FaultStackOptions extends Pick<PublisherOptions, 'feed' | 'lanes' | 'perMessage'> {
  /** A server that several stacks share, each with a database of its own; else it starts one. */
  readonly postgres?: PostgresServer;
  readonly postgresSettings?: PostgresOptions['settings'];
  /** More settings of the subscribers. */
  readonly env?: Readonly<Record<string, string>>;
  readonly paddedTo?: number;
}

export interface Outcome {
  readonly fault: string;
  readonly times: number;
  readonly recoverySeconds?: number | undefined;
  readonly notes?: readonly string[];
  readonly problems?: readonly string[];
  readonly covers?: Covers | undefined;
  /** Somebody heard everything, all the time: no hole may be recorded. */
  readonly isWhole?: boolean;
}

/** Redis, PostgreSQL, a publisher of numbered ticks and as many subscribers as are launched; all real, all its own. */
export class FaultStack implements AsyncDisposable {
  readonly feed: 'streams' | 'pubsub';
  readonly folder: string;
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly database: Database;
  readonly publisher: Publisher;
  readonly watch: LedgerWatch;
  readonly subscribers: SubscriberProcess[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #opened: ResourceStack;
  #hasRules = false;

  private constructor(
    options: FaultStackOptions,
    parts: { folder: string; redis: RedisServer; postgres: PostgresServer; url: string; publisher: Publisher },
    opened: ResourceStack,
  ) {
    this.feed = options.feed;
    this.folder = parts.folder;
    this.redis = parts.redis;
    this.postgres = parts.postgres;
    this.database = new Database(parts.url);
    this.publisher = parts.publisher;
    this.#opened = opened;
    this.#env = {
      REDIS_URL: parts.redis.url,
      DATABASE_URL: parts.url,
      TICK_FEED: options.feed === 'streams' ? 'stream' : 'pubsub',
      LANES: String(options.lanes ?? 1),
      FLUSH_INTERVAL_MS: '300',
      STALE_OWNER_MS: '2000',
      ...options.env,
    };
    this.watch = opened.use(new LedgerWatch(() => this.subscribers.filter((one) => one.isAlive)));
  }

  static open(options: FaultStackOptions): Promise<FaultStack> {
    return ResourceStack.open(async (opened) => {
      const folder = await mkdtemp(join(tmpdir(), 'tickwatch-faults-'));
      opened.defer(() => rm(folder, { recursive: true, force: true }));
      const redis = opened.use(await startRedis({ appendOnly: options.feed === 'streams' }));
      const settings = options.postgresSettings;
      const postgres = options.postgres ?? opened.use(await startPostgres(settings === undefined ? {} : { settings }));
      const url = await postgres.createDatabase();
      const ticks = new NumberedTicks(options.paddedTo);
      const publisher = opened.use(new Publisher({ ...options, redisUrl: redis.url, ticks }));
      await publisher.connect();
      return new FaultStack(options, { folder, redis, postgres, url, publisher }, opened);
    });
  }

  /** Starts a subscriber. @param name of its data folder: the same name finds the same spool */
  launch(name = 'a', env: Readonly<Record<string, string>> = {}): SubscriberProcess {
    const subscriber = new SubscriberProcess(name, { ...this.#env, DATA_DIR: this.dataFolder(name), ...env });
    this.subscribers.push(subscriber);
    this.#opened.use(subscriber);
    return subscriber;
  }

  dataFolder(name = 'a'): string {
    return join(this.folder, name);
  }

  /** Publishes and waits for the first rows. */
  async work(ticksPerSecond: number, subscriber = this.launch()): Promise<SubscriberProcess> {
    await subscriber.listens();
    await this.addRules();
    this.publisher.start(ticksPerSecond);
    await subscriber.sees('insert_success');
    return subscriber;
  }

  /** Makes rules, before anything is published: what they fire is looked at in the end. A subscriber has to be there. */
  async addRules(): Promise<void> {
    if (this.#hasRules) return;
    this.#hasRules = true;
    await addRules(this.database);
  }

  /** Waits until the newest tick of each stock that Redis has taken by now is stored. @returns the instant, ms */
  async caughtUp(timeoutMs = 60_000): Promise<number> {
    const { fates, ticks, last } = this.publisher;
    const newest = ticks.newest(last, (n) => fates[n - 1]?.fate === 'taken');
    const areStored = async (): Promise<boolean> => {
      this.#checkAlive();
      return (await this.database.missing(ticks, newest)).length === 0;
    };
    await until(areStored, { timeoutMs, everyMs: 50, what: `tick ${newest[0]} and before being stored` }).catch(
      (error: Error) => {
        throw new Error(`${error.message}; ${this.#lastWords()}`);
      },
    );
    return Date.now();
  }

  /** Waits as {@link caughtUp}. @returns seconds since an instant */
  async recovery(since: number, timeoutMs?: number): Promise<number> {
    return ((await this.caughtUp(timeoutMs)) - since) / 1000;
  }

  /** Ends publishing, waits until all is stored and counts. */
  async finish(outcome: Outcome): Promise<FaultRow> {
    await this.publisher.stop();
    const problems = [...(outcome.problems ?? [])];
    await this.caughtUp().catch((error: Error) => problems.push(error.message));
    await this.#nothingWaits().catch((error: Error) => problems.push(error.message));
    await this.watch.read();
    const found = await audit(this.database, this.publisher, this.watch.told, outcome);
    problems.push(...found.problems, ...this.watch.problems);
    const alerts = this.#hasRules ? await this.#alerts() : { notes: [], problems: [] };
    problems.push(...alerts.problems);
    if (this.watch.readings === 0) problems.push('the ledger could never be read');
    problems.push(...processProblems(this.subscribers));
    return this.#row({ ...outcome, notes: [...(outcome.notes ?? []), ...alerts.notes] }, found, problems);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  async #alerts(): ReturnType<typeof auditAlerts> {
    return auditAlerts(this.database, this.publisher, await this.database.copies());
  }

  async #nothingWaits(): Promise<void> {
    const alive = this.subscribers.filter((subscriber) => subscriber.isAlive);
    await Promise.all(alive.map((one) => one.ledgerReads('nothing waiting', ({ waiting }) => waiting === 0, 20_000)));
  }

  #checkAlive(): void {
    const dead = this.subscribers.find((subscriber) => subscriber.diedByItself);
    if (dead !== undefined) throw new GiveUpError(`a subscriber ended by itself (${dead.end})`);
  }

  /** For a person who looks for the reason of what went wrong. */
  #lastWords(): string {
    return this.subscribers.map(({ lines }) => `it said last: ${inspect(lines.slice(-5))}`).join('; ');
  }

  #row(outcome: Outcome, found: Audit, problems: readonly string[]): FaultRow {
    const { fault, times, recoverySeconds, notes = [] } = outcome;
    const memory = `the subscriber's memory stayed below ${Math.ceil(this.watch.maxMemoryMb / 10) * 10} MB`;
    return {
      ...found,
      fault,
      feed: this.feed,
      times,
      recoverySeconds,
      ledgerReadings: this.watch.readings,
      notes: [...notes, ...found.notes, memory],
      problems,
    };
  }
}
