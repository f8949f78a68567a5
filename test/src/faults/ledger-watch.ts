import { setInterval } from 'node:timers/promises';
import { imbalances, type LedgerReport } from './ledger-report.ts';
import type { SubscriberProcess } from './subscriber-process.ts';

const EVERY_MS = 200;
const MAX_PROBLEMS = 5;

/** Reads the ledger of running subscribers five times a second; each reading must balance, and none forgets a tick. */
export class LedgerWatch implements AsyncDisposable {
  readings = 0;
  maxMemoryMb = 0;
  readonly problems: string[] = [];
  readonly #watched: () => readonly SubscriberProcess[];
  readonly #last = new Map<SubscriberProcess, LedgerReport>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #reading: Promise<void> = Promise.resolve();

  constructor(watched: () => readonly SubscriberProcess[]) {
    this.#watched = watched;
    this.#running = this.#run();
  }

  /** Ticks that all subscribers together say they did not store: refused or lost. */
  get told(): number {
    return [...this.#last].reduce((sum, [{ farewell }, { total }]) => {
      const { refused, lost } = farewell ?? total;
      return sum + refused + lost;
    }, 0);
  }

  last(subscriber: SubscriberProcess): LedgerReport | undefined {
    return this.#last.get(subscriber);
  }

  /** Reads all now; one reading after the other. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      await Promise.all(this.#watched().map((subscriber) => this.#read(subscriber)));
    });
    return this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const _ of setInterval(EVERY_MS, undefined, { signal: this.#stop.signal })) await this.read();
    } catch {
      // The signal ends the interval by throwing.
    }
  }

  async #read(subscriber: SubscriberProcess): Promise<void> {
    this.maxMemoryMb = Math.max(this.maxMemoryMb, (await subscriber.memory()) ?? 0);
    // One that is starting, stopped or dead does not answer; that is not the ledger's fault.
    const report = await subscriber.ledger().catch(() => undefined);
    if (report === undefined) return;
    this.readings++;
    for (const problem of imbalances(report)) this.#tell(problem);
    const before = this.#last.get(subscriber);
    // A log of others is read again from what is committed, and what is read again is received again. What one of several
    // waits with another may have stored.
    const mayFall = report.feed.kind !== 'pubsub' || this.#watched().length > 1;
    if (before !== undefined && !mayFall && known(report) < known(before)) {
      this.#tell(`the ledger forgot ticks: ${JSON.stringify(before.total)}, then ${JSON.stringify(report.total)}`);
    }
    this.#last.set(subscriber, report);
  }

  #tell(problem: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}

function known({ total, handed_over }: LedgerReport): number {
  return total.received + handed_over;
}
