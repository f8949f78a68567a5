import type { LogEntry } from './log-entry.ts';

/** Where a {@link MessageLog} keeps its entries: on disk (lmdb-store.ts) or in memory (memory-store.ts). */
export interface LogStore {
  /** Names the log for ever; another one after it was set aside. */
  readonly id: string;
  readonly durability: 'spool' | 'memory';
  readonly totals: { readonly messages: number; readonly bytes: number };
  /** The highest position that was ever stored for an exchange, also when it is trimmed by now; 0: none. */
  highest(exchange: string): number;
  /**
   * Stores entries that follow each other in each exchange, all or none; they are safe when it resolves.
   * @throws whatever the disk says; the same entries may be appended again
   */
  append(entries: readonly LogEntry[]): Promise<void>;
  /** The first stored entry that reaches beyond a position. It may begin before it. */
  after(exchange: string, position: number): LogEntry | undefined;
  /** Forgets entries that lie wholly at or before a position. */
  trim(exchange: string, upTo: number): Promise<void>;
  close(): Promise<void>;
}
