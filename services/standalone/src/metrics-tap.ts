import { nowMicros, parseDateTime } from '@tickwatch/core';
import type { MetricRow, TickStore } from '@tickwatch/store';

const WRITE_EVERY_MS = 1000;
/** What waits while the database is away; the newest are dropped beyond it: metrics are not worth the memory. */
const MAX_WAITING = 10_000;

/**
 * Does in one process what Vector does in the stack: lines of the log that carry a `metric` become rows of table
 * `metrics`; all other lines pass by.
 */
export class MetricsTap implements AsyncDisposable {
  readonly #forward: (line: string) => void;
  #waiting: MetricRow[] = [];
  #store: TickStore | undefined;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  /** @param forward where every line goes on to, unchanged */
  constructor(forward: (line: string) => void) {
    this.#forward = forward;
    this.#timer = setInterval(() => void this.flush(), WRITE_EVERY_MS);
    this.#timer.unref();
  }

  /** For pino: takes one line of the log. */
  write(line: string): void {
    this.#forward(line);
    const row = line.includes('"metric":') ? metricRow(line) : undefined;
    if (row !== undefined && this.#waiting.length < MAX_WAITING) this.#waiting.push(row);
  }

  /** From now on rows are written here. */
  writeTo(store: TickStore): void {
    this.#store = store;
  }

  /** Writes what waits; what can't be written now waits on. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #writeWaiting(): Promise<void> {
    const rows = this.#waiting;
    if (this.#store === undefined || rows.length === 0) return;
    this.#waiting = [];
    try {
      await this.#store.writeMetrics(rows);
    } catch {
      // The subscriber tells of a database that is away; telling it here too would feed this very tap.
      this.#waiting = [...rows, ...this.#waiting].slice(0, MAX_WAITING);
    }
  }
}

/** The row that a log line asks for; `undefined`: it is no measurement. */
export function metricRow(line: string): MetricRow | undefined {
  const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const { timestamp, service, event, metric, value, unit } = fields;
  if (typeof metric !== 'string' || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return {
    timestamp: (typeof timestamp === 'string' ? parseDateTime(timestamp) : undefined) ?? nowMicros(),
    service: text(service),
    event: text(event),
    metric,
    value,
    unit: text(unit),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
