import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ResourceStack } from '@tickwatch/runtime';
import { GiveUpError, type PostgresServer, until } from '../servers/index.ts';
import { addRules, auditAlerts } from './alerts.ts';
import { type AuditOptions, audit } from './audit.ts';
import { Database } from './database.ts';
import type { FaultRow } from './fault-row.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { processProblems } from './process-problems.ts';
import type { Publisher } from './publisher.ts';
import { SubscriberProcess } from './subscriber-process.ts';

export interface Outcome extends Omit<AuditOptions, 'lanesBy' | 'toldBy'> {
  readonly fault: string;
  readonly times: number;
  readonly recoverySeconds?: number | undefined;
  readonly notes?: readonly string[];
  readonly problems?: readonly string[];
}

/** What a stack is made of; `folder` is there for its subscribers. */
export interface StackParts<P extends Publisher> {
  readonly folder: string;
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly publisher: P;
}

/** PostgreSQL, a publisher of numbered ticks and as many subscribers as are launched, on whatever feed. */
export abstract class TickStack<P extends Publisher = Publisher> implements AsyncDisposable {
  /** As in the table. */
  abstract readonly feed: string;
  readonly folder: string;
  readonly postgres: PostgresServer;
  readonly database: Database;
  readonly publisher: P;
  readonly watch: LedgerWatch;
  readonly subscribers: SubscriberProcess[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #opened: ResourceStack;
  #hasRules = false;

  /** @param env more settings of the subscribers @param opened what is closed with the stack */
  protected constructor(parts: StackParts<P>, env: Readonly<Record<string, string>>, opened: ResourceStack) {
    this.folder = parts.folder;
    this.postgres = parts.postgres;
    this.database = new Database(parts.databaseUrl);
    this.publisher = parts.publisher;
    this.#opened = opened;
    this.#env = { DATABASE_URL: parts.databaseUrl, FLUSH_INTERVAL_MS: '300', STALE_OWNER_MS: '2000', ...env };
    this.watch = opened.use(new LedgerWatch(() => this.subscribers.filter((one) => one.isAlive)));
  }

  /** Starts a subscriber. @param name of its data folder: the same name finds the same spool */
  launch(name = 'a', env: Readonly<Record<string, string>> = {}): SubscriberProcess {
    const subscriber = new SubscriberProcess(name, { ...this.#env, DATA_DIR: this.dataFolder(name), ...env });
    this.subscribers.push(subscriber);
    this.#opened.use(subscriber);
    return subscriber;
  }

  /** @throws Error none of this name lives */
  living(name: string): SubscriberProcess {
    const found = this.subscribers.find((one) => one.isAlive && one.name === name);
    if (found === undefined) throw new Error(`no subscriber ${name} lives`);
    return found;
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

  /** Waits until the newest tick of each stock that the server has taken by now is stored. @returns the instant, ms */
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
    const settled = await this.settle();
    const problems = [...(outcome.problems ?? []), ...settled.problems];
    return await this.row({ ...outcome, notes: [...(outcome.notes ?? []), ...settled.notes], problems });
  }

  /** Ends publishing and waits until all is stored. @returns what is seen of the whole, whatever was done to it */
  protected async settle(): Promise<{ readonly notes: readonly string[]; readonly problems: readonly string[] }> {
    const problems: string[] = [];
    await this.publisher.stop();
    await this.caughtUp().catch((error: Error) => problems.push(error.message));
    await this.#nothingWaits().catch((error: Error) => problems.push(error.message));
    await this.watch.read();
    const alerts = this.#hasRules ? await this.#alerts() : { notes: [], problems: [] };
    problems.push(...(await this.database.contradictions(this.publisher.ticks)), ...alerts.problems);
    if (this.watch.readings === 0) problems.push('the ledger could never be read');
    problems.push(...this.watch.problems, ...processProblems(this.subscribers));
    const memory = `the subscriber's memory stayed below ${Math.ceil(this.watch.maxMemoryMb / 10) * 10} MB`;
    return { notes: [...alerts.notes, memory], problems };
  }

  /** Counts; publishing has ended. */
  protected async row({ fault, times, recoverySeconds, ...outcome }: Outcome): Promise<FaultRow> {
    const found = await audit(this.database, this.publisher, this.watch.told, { ...this.auditing, ...outcome });
    return {
      ...found,
      fault,
      feed: this.feed,
      times,
      recoverySeconds,
      ledgerReadings: this.watch.readings,
      notes: [...(outcome.notes ?? []), ...found.notes],
      problems: [...(outcome.problems ?? []), ...found.problems],
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  /** How this feed's losses are told. */
  protected get auditing(): Pick<AuditOptions, 'lanesBy' | 'toldBy'> {
    return {};
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
}
