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
import { type Audit, audit, type Coverage } from './audit.ts';
import { Database } from './database.ts';
import type { FaultRow } from './fault-row.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { NumberedTicks } from './numbered-ticks.ts';
import { Publisher } from './publisher.ts';
import { SubscriberProcess } from './subscriber-process.ts';

export interface FaultStackOptions {
  readonly feed: 'streams' | 'pubsub';
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
  readonly coverage?: Coverage;
  /** LMDB itself writes to stderr when the disk refuses a page. */
  readonly mayUseStderr?: boolean;
}

const BAD_EVENTS = ['ingest_failed', 'fault', 'not_json', 'stop_failed', 'stop_timeout'];

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
      const publisher = opened.use(new Publisher(redis.url, options.feed, new NumberedTicks(options.paddedTo)));
      await publisher.connect();
      return new FaultStack(options, { folder, redis, postgres, url, publisher }, opened);
    });
  }

  /** Starts a subscriber. @param name of its data folder: the same name finds the same spool */
  launch(name = 'a', env: Readonly<Record<string, string>> = {}): SubscriberProcess {
    const subscriber = new SubscriberProcess({ ...this.#env, DATA_DIR: this.dataFolder(name), ...env });
    this.subscribers.push(subscriber);
    this.#opened.use(subscriber);
    return subscriber;
  }

  dataFolder(name = 'a'): string {
    return join(this.folder, name);
  }

  /** Waits until the newest tick of each exchange that Redis has taken by now is stored. @returns the instant, ms */
  async caughtUp(timeoutMs = 60_000): Promise<number> {
    const { fates, ticks } = this.publisher;
    const newest = [0, 1].map(
      (parity) => fates.findLastIndex((sent, i) => sent.fate === 'taken' && (i + 1) % 2 === parity) + 1,
    );
    for (const n of newest.filter((number) => number > 0)) {
      const isStored = (): Promise<boolean> => {
        this.#checkAlive();
        return this.database.has(ticks, n);
      };
      await until(isStored, { timeoutMs, everyMs: 50, what: `tick ${n} being stored` }).catch((error: Error) => {
        throw new Error(`${error.message}; ${this.#lastWords()}`);
      });
    }
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
    const found = await audit(this.database, this.publisher, outcome.coverage);
    return this.#row(outcome, found, [...problems, ...found.problems, ...this.#processProblems(outcome)]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  #checkAlive(): void {
    const dead = this.subscribers.find((subscriber) => subscriber.diedByItself);
    if (dead !== undefined) throw new GiveUpError(`a subscriber ended by itself (code ${dead.exitCode})`);
  }

  /** For a person who looks for the reason of what went wrong. */
  #lastWords(): string {
    return this.subscribers.map(({ lines }) => `it said last: ${inspect(lines.slice(-5))}`).join('; ');
  }

  #row(outcome: Outcome, found: Audit, problems: readonly string[]): FaultRow {
    const { fault, times, recoverySeconds, notes = [] } = outcome;
    const memory = `the subscriber's memory stayed below ${Math.ceil(this.watch.maxMemoryMb / 10) * 10} MB`;
    return {
      fault,
      feed: this.feed,
      times,
      published: found.published,
      unheard: found.unheard,
      stored: found.stored,
      lost: found.lost,
      doubled: found.doubled,
      recoverySeconds,
      ledgerReadings: this.watch.readings,
      notes: [...notes, ...found.notes, memory],
      problems,
    };
  }

  #processProblems({ mayUseStderr = false }: Outcome): string[] {
    const problems = [...this.watch.problems];
    if (this.watch.readings === 0) problems.push('the ledger could never be read');
    for (const subscriber of this.subscribers) {
      if (subscriber.diedByItself) problems.push(`a subscriber ended by itself (code ${subscriber.exitCode})`);
      for (const event of [...BAD_EVENTS, ...(mayUseStderr ? [] : ['stderr'])]) {
        const line = subscriber.lines.find((one) => one.event === event);
        if (line !== undefined) problems.push(`unexpected in the log: ${JSON.stringify(line).slice(0, 600)}`);
      }
    }
    return problems;
  }
}
