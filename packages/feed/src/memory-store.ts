import { randomUUID } from 'node:crypto';
import { type LogEntry, lastPosition, payloadBytes } from './log-entry.ts';
import type { LogStore } from './log-store.ts';

/** A log that lives as long as the process. */
export class MemoryStore implements LogStore {
  readonly id = randomUUID();
  readonly durability = 'memory';
  readonly #entries = new Map<string, LogEntry[]>();
  readonly #highest = new Map<string, number>();
  #messages = 0;
  #bytes = 0;

  get totals(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  highest(exchange: string): number {
    return this.#highest.get(exchange) ?? 0;
  }

  async append(entries: readonly LogEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#list(entry.exchange).push(entry);
      this.#highest.set(entry.exchange, lastPosition(entry));
      this.#messages += entry.messages.length;
      this.#bytes += payloadBytes(entry.messages);
    }
  }

  after(exchange: string, position: number): LogEntry | undefined {
    const list = this.#list(exchange);
    return list[firstAfter(list, position)];
  }

  async trim(exchange: string, upTo: number): Promise<void> {
    const list = this.#list(exchange);
    for (const entry of list.splice(0, firstAfter(list, upTo))) {
      this.#messages -= entry.messages.length;
      this.#bytes -= payloadBytes(entry.messages);
    }
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }

  #list(exchange: string): LogEntry[] {
    let list = this.#entries.get(exchange);
    if (list === undefined) {
      list = [];
      this.#entries.set(exchange, list);
    }
    return list;
  }
}

/** Index of the first entry that reaches beyond a position, in a list in order. */
export function firstAfter(list: readonly LogEntry[], position: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = list[middle];
    if (entry !== undefined && lastPosition(entry) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
