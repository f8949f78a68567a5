import type { TickColumns } from '../../sealed/tick-columns.ts';

const MOST_BYTES = 128 * 2 ** 20;

interface Entry {
  readonly ticks: TickColumns;
  readonly bytes: number;
  /** The question that needed it last. */
  question: number;
}

/**
 * Unpacked blocks that pages needed: the page behind needs most of them again. A block is known by what it is of and its checksum, so
 * that one that was packed anew is another one.
 */
export class BlockCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #question = 0;

  /** Questions are counted: what the last ones needed makes no room for others. */
  begin(): void {
    this.#question++;
  }

  get(name: string): TickColumns | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    entry.question = this.#question;
    // The last one is the newest.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.ticks;
  }

  add(name: string, ticks: TickColumns, bytes: number): void {
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes + bytes <= MOST_BYTES || entry.question >= this.#question - 1) break;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
    if (this.#bytes + bytes > MOST_BYTES || this.#entries.has(name)) return;
    this.#entries.set(name, { ticks, bytes, question: this.#question });
    this.#bytes += bytes;
  }
}
