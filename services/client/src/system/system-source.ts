import { type Signal, signal } from '@preact/signals';
import type { InsertLatency, Ledger, LedgerEntry, Rejected, System } from '@tickwatch/core';
import { realNowMs } from '../clock.ts';
import { type Part, part } from './part.ts';

export interface Rate {
  /** Epoch ms. */
  readonly time: number;
  readonly received: number;
  readonly stored: number;
}

const EVERY_MS = 2000;
const RATES_KEPT = 150;
/** Rates are means over so many answers: rows are stored every five seconds, ticks come all the time. */
const RATE_WINDOW = 5;
/** Of the rejected messages, the newest. */
const REJECTED_SHOWN = 10;
const NONE = { value: undefined, failure: undefined };

/** Asks the system how it is, every two seconds while somebody looks. */
export class SystemSource {
  readonly system = signal<Part<System>>(NONE);
  readonly ledger = signal<Part<Ledger>>(NONE);
  readonly latency = signal<Part<InsertLatency>>(NONE);
  /** What came and was no tick. */
  readonly rejected = signal<Part<Rejected>>(NONE);
  /** Ticks a second over the last minutes, as the ledger moved. */
  readonly rates = signal<readonly Rate[]>([]);
  /** How far back the latency is shown, in seconds. */
  readonly span: Signal<number>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #counts: readonly Rate[] = [];

  constructor(span: number) {
    this.span = signal(span);
  }

  /** @returns ends it */
  start(): () => void {
    void this.#ask();
    return () => {
      clearTimeout(this.#timer);
      this.#abort.abort();
    };
  }

  look(seconds: number): void {
    this.span.value = seconds;
    clearTimeout(this.#timer);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const start = new Date(realNowMs() - this.span.peek() * 1000).toISOString();
    const [system, ledger, latency, rejected] = await Promise.all([
      part<System>('/api/system', {}, abort.signal, this.system.peek()),
      part<Ledger>('/api/ledger', {}, abort.signal, this.ledger.peek()),
      part<InsertLatency>(
        '/api/metrics/insert-latency',
        { start_time: start, buckets: 60 },
        abort.signal,
        this.latency.peek(),
      ),
      part<Rejected>('/api/rejected', { limit: REJECTED_SHOWN }, abort.signal, this.rejected.peek()),
    ]);
    if (abort.signal.aborted) return;
    this.system.value = system;
    this.ledger.value = ledger;
    this.latency.value = latency;
    this.rejected.value = rejected;
    if (ledger.failure === undefined && ledger.value !== undefined) this.#measure(ledger.value.total);
    this.#timer = setTimeout(() => void this.#ask(), EVERY_MS);
  }

  #measure({ received, stored }: LedgerEntry): void {
    const now = { time: realNowMs(), received, stored };
    const last = this.#counts[this.#counts.length - 1];
    // A subscriber that was started again counts from zero.
    this.#counts =
      last !== undefined && received < last.received ? [now] : [...this.#counts, now].slice(-RATE_WINDOW - 1);
    const first = this.#counts[0];
    if (first === undefined || first === now) return;
    const seconds = (now.time - first.time) / 1000;
    const rate = {
      time: now.time,
      received: (received - first.received) / seconds,
      stored: (stored - first.stored) / seconds,
    };
    this.rates.value = [...this.rates.peek(), rate].slice(-RATES_KEPT);
  }
}
