import { setInterval } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './database.ts';

const EVERY_MS = 25;

interface Sample {
  readonly lane: string;
  readonly at: number;
  readonly age: number;
}

/** Watches, lane by lane, how old the newest committed tick is. */
export class LaneAges implements AsyncDisposable {
  readonly #samples: Sample[] = [];
  readonly #client: pg.Client;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  private constructor(client: pg.Client) {
    this.#client = client;
    this.#running = this.#run();
  }

  static async of(database: Database): Promise<LaneAges> {
    return new LaneAges(await database.connect());
  }

  /** Ages in ms, seen of some lanes between two instants. */
  between(from: number, to: number, lanes: ReadonlySet<string>): readonly number[] {
    return this.#samples.flatMap(({ lane, at, age }) => (lanes.has(lane) && at >= from && at <= to ? [age] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#client.end();
  }

  async #run(): Promise<void> {
    try {
      for await (const _ of setInterval(EVERY_MS, undefined, { signal: this.#stop.signal })) await this.#sample();
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  async #sample(): Promise<void> {
    const { rows } = await this.#client.query<{ lane: string; received: number }>(
      "SELECT lane, (extract(epoch FROM received_at) * 1000)::float8 AS received FROM ingest_positions WHERE received_at > 'epoch'",
    );
    const at = Date.now();
    for (const { lane, received } of rows) this.#samples.push({ lane, at, age: at - received });
  }
}

/** Of numbers in any order; 0 of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
