import { setInterval } from 'node:timers/promises';
import type { LedgerCounts, SubscriberProcess } from './subscriber-process.ts';

const EVERY_MS = 200;

/** Reads the ledger of running subscribers five times a second; each reading must balance. */
export class LedgerWatch implements AsyncDisposable {
  readings = 0;
  maxMemoryMb = 0;
  readonly problems: string[] = [];
  readonly #watched: () => readonly SubscriberProcess[];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(watched: () => readonly SubscriberProcess[]) {
    this.#watched = watched;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const _ of setInterval(EVERY_MS, undefined, { signal: this.#stop.signal })) {
        await Promise.all(this.#watched().map((subscriber) => this.#read(subscriber)));
      }
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
    for (const [name, counts] of [...Object.entries(report.exchanges), ['total', report.total] as const]) {
      const sum = counts.stored + counts.rejected + counts.refused + counts.waiting;
      const isWhole = Object.values<number>({ ...counts }).every((value) => Number.isInteger(value) && value >= 0);
      if (counts.received !== sum || !isWhole) this.#tell(name, counts);
    }
  }

  #tell(name: string, counts: LedgerCounts): void {
    if (this.problems.length < 5)
      this.problems.push(`the ledger of ${name} does not balance: ${JSON.stringify(counts)}`);
  }
}
