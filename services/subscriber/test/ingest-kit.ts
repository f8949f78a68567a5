import { setTimeout } from 'node:timers/promises';
import {
  calendarsOf,
  type LaneCounts,
  nowMicros,
  type SequencedTick,
  type StoreNode,
  WHOLE_STORE,
} from '@tickwatch/core';
import { createTickSink, DEFAULT_SPOOL, InProcessBus, type TickSink } from '@tickwatch/feed';
import type { LivePublisher } from '@tickwatch/live';
import { createLogger, EnvReader, type MessageSettings, messageRules } from '@tickwatch/runtime';
import { startTestPostgres } from '@tickwatch/store/test-postgres';
import pg from 'pg';
import { type Subscriber, type SubscriberConfig, startSubscriber } from '../src/index.ts';

/** PostgreSQL for the tests of one file; each test has a database of its own. */
export interface TestDatabases extends AsyncDisposable {
  /** The address of a database that is not there yet. */
  newDatabase(): TestDatabase;
}

export class TestDatabase {
  readonly url: string;
  readonly #admin: string;

  constructor(admin: string, name: string) {
    this.#admin = admin;
    this.url = admin.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
  }

  async create(): Promise<this> {
    await this.ask(`CREATE DATABASE ${this.#name}`, this.#admin);
    return this;
  }

  /** Lets nobody in and cuts whoever is, or lets them in again. */
  async lock(isLocked: boolean): Promise<void> {
    await this.ask(`ALTER DATABASE ${this.#name} ALLOW_CONNECTIONS ${!isLocked}`, this.#admin);
    if (!isLocked) return;
    await this.ask(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.#name}'`,
      this.#admin,
    );
  }

  /** Waits until so many rows are stored, by whichever subscriber. */
  async holds(rows: number): Promise<void> {
    const deadline = Date.now() + 60_000;
    while ((await this.prices()).length < rows) {
      if (Date.now() > deadline) throw new Error(`less than ${rows} rows are stored`);
      await setTimeout(50);
    }
  }

  get #name(): string {
    return /\/\/[^/]*\/([^?]*)/.exec(this.url)?.[1] ?? '';
  }

  async ask<Row extends pg.QueryResultRow>(sql: string, url = this.url): Promise<Row[]> {
    // A test may have made the database read-only for everybody else.
    const client = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=off' });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Stored prices as they were written, in order of time and arrival. */
  async prices(): Promise<string[]> {
    const rows = await this.ask<{ price: string }>('SELECT price::text FROM stock_prices ORDER BY "timestamp", seq');
    return rows.map(({ price }) => price);
  }
}

export async function startTestDatabases(): Promise<TestDatabases> {
  const server = await startTestPostgres();
  let created = 0;
  return {
    newDatabase: () => new TestDatabase(server.connectionString, `subscriber_test_${created++}`),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Takes live ticks as a server that is always there would. */
export class HeardLive implements LivePublisher {
  readonly ticks: SequencedTick[] = [];

  publish(_lane: string, ticks: readonly SequencedTick[]): void {
    this.ticks.push(...ticks);
  }

  async drain(): Promise<void> {}

  status(): ReturnType<LivePublisher['status']> {
    const { length } = this.ticks;
    return {
      live: { state: 'up', since: nowMicros() },
      accepted: length,
      sent: length,
      conflated: 0,
      dropped: 0,
      waiting: 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Ledger {
  readonly leadership: string;
  readonly lanes: Readonly<Record<string, { readonly state: string; readonly stored: number }>>;
  readonly total: Record<'received' | 'stored' | 'rejected' | 'refused' | 'lost' | 'waiting', number>;
  readonly handed_over: number;
}

/** A subscriber of this process, with what it logs and sends live. */
export class TestIngest implements AsyncDisposable {
  readonly subscriber: Subscriber;
  readonly live: HeardLive;
  readonly lines: readonly LogLine[];
  readonly sink: TickSink;

  private constructor(subscriber: Subscriber, live: HeardLive, lines: readonly LogLine[], sink: TickSink) {
    this.subscriber = subscriber;
    this.live = live;
    this.lines = lines;
    this.sink = sink;
  }

  static async start(url: string, options: IngestOptions = {}): Promise<TestIngest> {
    const bus = options.bus ?? new InProcessBus();
    const live = new HeardLive();
    const lines: LogLine[] = [];
    const log = createLogger('subscriber', { write: (text) => lines.push(JSON.parse(text) as LogLine) });
    const subscriber = await startSubscriber(testConfig(url, options), { log, bus, live, listen: false });
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    return new TestIngest(subscriber, live, lines, sink);
  }

  async ledger(): Promise<Ledger> {
    return JSON.parse(await this.subscriber.ledger.ledger()) as Ledger;
  }

  /** Waits for the ledger to read like this; it has to balance on the way. */
  async until(what: string, is: (ledger: Ledger) => boolean): Promise<Ledger> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const ledger = await this.ledger();
      const { received, stored, rejected, refused, lost, waiting } = ledger.total;
      if (received !== stored + rejected + refused + lost + waiting)
        throw new Error(`unbalanced: ${JSON.stringify(ledger)}`);
      if (is(ledger)) return ledger;
      if (Date.now() > deadline) throw new Error(`not ${what}: ${JSON.stringify(ledger)}`);
      await setTimeout(10);
    }
  }

  /** Waits until it leads all its lanes. */
  leads(): Promise<Ledger> {
    return this.until('leading', ({ lanes }) => Object.values(lanes).every(({ state }) => state === 'leading'));
  }

  follows(): Promise<Ledger> {
    return this.until('following', ({ lanes }) => Object.values(lanes).every(({ state }) => state === 'following'));
  }

  storeIsAway(): Promise<Ledger> {
    return this.until('away', ({ leadership }) => leadership === 'store-away');
  }

  stored(count: number): Promise<Ledger> {
    return this.until(`${count} stored`, ({ total }) => total.stored === count && total.waiting === 0);
  }

  async sees(event: string): Promise<LogLine> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const line = this.lines.find((one) => one.event === event);
      if (line !== undefined) return line;
      if (Date.now() > deadline) throw new Error(`no line ${event} in ${JSON.stringify(this.lines)}`);
      await setTimeout(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.subscriber[Symbol.asyncDispose]();
  }
}

export interface IngestOptions {
  readonly bus?: InProcessBus;
  readonly lanes?: LaneCounts;
  readonly node?: StoreNode;
  readonly spoolBytes?: number;
  readonly graceMs?: number;
  readonly intervalMs?: number;
  readonly maxRows?: number;
  readonly statementTimeoutMs?: number;
  /** What MESSAGE_MAP and SIGNED_PRICES say. */
  readonly messages?: Partial<MessageSettings>;
  readonly rejectedPerMinute?: number;
  /** Not given: what is heard lives as long as the process. */
  readonly spoolFolder?: string;
}

const TWO_EXCHANGES: LaneCounts = new Map([
  ['NASDAQ', 1],
  ['NYSE', 1],
]);

function testConfig(url: string, options: IngestOptions): SubscriberConfig {
  const {
    intervalMs = 50,
    maxRows = 100_000,
    statementTimeoutMs = 30_000,
    spoolFolder,
    lanes = TWO_EXCHANGES,
    node = WHOLE_STORE,
    messages = {},
    rejectedPerMinute = 1000,
  } = options;
  const { spoolBytes = DEFAULT_SPOOL.maxBytes, graceMs = DEFAULT_SPOOL.graceMs } = options;
  return {
    host: '127.0.0.1',
    port: 0,
    lanes,
    futureToleranceMs: 300_000,
    rulesOf: messageRules(new EnvReader({}), { MESSAGE_MAP: undefined, SIGNED_PRICES: undefined, ...messages }),
    rejectedPerMinute,
    feed: {
      server: undefined,
      maxStreamLength: 1000,
      spool: { ...DEFAULT_SPOOL, folder: spoolFolder, maxBytes: spoolBytes, graceMs },
    },
    database: { url, node, dataDir: '', statementTimeoutMs },
    live: { centrifugo: undefined, boardBytesPerSecond: 100_000, allowedOrigins: [], trustProxy: false },
    flush: { intervalMs, maxRows },
    staleLeaderMs: 10_000,
    tailKeepMs: 10_000,
    calendars: calendarsOf(),
    retention: {},
    sealing: undefined,
  };
}
