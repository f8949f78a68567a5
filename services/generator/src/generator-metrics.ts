import { Counter, type Registry } from 'prom-client';
import type { OutboxCounts } from './outbox.ts';

export interface GeneratorTotals {
  readonly published: number;
  readonly unheard: number;
  readonly failed: number;
}

/** Counts what became of messages, for `/metrics` and for the periodic log line. */
export class GeneratorMetrics implements OutboxCounts {
  readonly #published: Counter<'exchange'>;
  readonly #unheard: Counter<'exchange'>;
  readonly #failed: Counter<'exchange'>;
  #totals: GeneratorTotals = { published: 0, unheard: 0, failed: 0 };

  constructor(registry: Registry, exchanges: readonly string[]) {
    const options = { labelNames: ['exchange'] as const, registers: [registry] };
    this.#published = new Counter({
      name: 'tickwatch_published_total',
      help: 'Messages that the source took',
      ...options,
    });
    this.#unheard = new Counter({
      name: 'tickwatch_published_unheard_total',
      help: 'Messages that the source took and that reached no one',
      ...options,
    });
    this.#failed = new Counter({
      name: 'tickwatch_publish_failed_total',
      help: 'Messages that the source could not be given',
      ...options,
    });
    // A counter that shows 0 can be told from one that is missing.
    for (const exchange of exchanges) {
      for (const counter of [this.#published, this.#unheard, this.#failed]) counter.inc({ exchange }, 0);
    }
  }

  get totals(): GeneratorTotals {
    return this.#totals;
  }

  published(exchange: string, count: number): void {
    this.#published.inc({ exchange }, count);
    this.#totals = { ...this.#totals, published: this.#totals.published + count };
  }

  unheard(exchange: string, count: number): void {
    this.#unheard.inc({ exchange }, count);
    this.#totals = { ...this.#totals, unheard: this.#totals.unheard + count };
  }

  failed(exchange: string, count: number): void {
    this.#failed.inc({ exchange }, count);
    this.#totals = { ...this.#totals, failed: this.#totals.failed + count };
  }
}
