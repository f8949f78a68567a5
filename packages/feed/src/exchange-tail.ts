import { type LogEntry, lastPosition, payloadBytes } from './log-entry.ts';
import { firstAfter } from './memory-store.ts';
import type { FeedMessage } from './tick-feed.ts';

/** An entry with what it costs in memory (about) and its payload alone, in bytes. */
export interface TailEntry extends LogEntry {
  readonly bytes: number;
  readonly payloadBytes: number;
}

interface Hole {
  readonly first: number;
  readonly last: number;
}

/** Objects around a payload: the message and its byte array. */
const MESSAGE_OVERHEAD = 160;
/** Beyond this many, neighbouring holes are taken as one; it only makes {@link ExchangeTail.isKept} more careful. */
const MAX_HOLES = 64;

/**
 * The newest end of one exchange's log in memory: first entries that are stored but not read yet, then those that
 * wait for the store; beside them those that the store had no room for and that only wait for the reader.
 */
export class ExchangeTail {
  /** The position that the next message gets. */
  next: number;
  /** How far the reader is; `undefined`: no one reads. */
  readUpTo: number | undefined;
  /** Memory of the entries for the store, and of those it had no room for. */
  bytes = 0;
  unkeptBytes = 0;
  readonly #entries: TailEntry[] = [];
  #storedEntries = 0;
  readonly #unkept: TailEntry[] = [];
  #storedUpTo: number;
  #holes: Hole[] = [];

  constructor(next: number) {
    this.next = next;
    this.#storedUpTo = next - 1;
  }

  get hasPending(): boolean {
    return this.#storedEntries < this.#entries.length;
  }

  /** The entry that these messages would make. */
  entry(exchange: string, messages: readonly FeedMessage[]): TailEntry {
    const payload = payloadBytes(messages);
    return {
      exchange,
      first: this.next,
      messages,
      bytes: payload + messages.length * MESSAGE_OVERHEAD,
      payloadBytes: payload,
    };
  }

  push(entry: TailEntry): void {
    this.next = lastPosition(entry) + 1;
    this.#entries.push(entry);
    this.bytes += entry.bytes;
  }

  /** Takes an entry for the reader alone; the log has a hole there until a later position is committed. */
  pushUnkept(entry: TailEntry): void {
    this.next = lastPosition(entry) + 1;
    this.#unkept.push(entry);
    this.unkeptBytes += entry.bytes;
    this.#addHole({ first: entry.first, last: lastPosition(entry) });
  }

  /** The first entry that reaches beyond a position. */
  after(position: number): TailEntry | undefined {
    const entry = this.#entries[firstAfter(this.#entries, position)];
    if (this.#unkept.length === 0) return entry;
    const unkept = this.#unkept[firstAfter(this.#unkept, position)];
    if (entry === undefined || unkept === undefined) return entry ?? unkept;
    return entry.first < unkept.first ? entry : unkept;
  }

  pending(): readonly TailEntry[] {
    return this.#entries.slice(this.#storedEntries);
  }

  /** Entries up to a position are in the store now, or need not be. */
  stored(position: number): void {
    const count = firstAfter(this.#entries, position);
    const last = this.#entries[count - 1];
    if (count <= this.#storedEntries || last === undefined) return;
    this.#storedEntries = count;
    this.#storedUpTo = lastPosition(last);
  }

  isKept(position: number): boolean {
    const hole = this.#holes[0];
    return position <= this.#storedUpTo && (hole === undefined || position < hole.first);
  }

  /** Everything up to here is safe elsewhere: what the store missed until here no longer matters. */
  committed(position: number): void {
    if (this.#holes.length > 0) this.#holes = this.#holes.filter((hole) => hole.last > position);
    this.stored(position);
  }

  /** Drops entries that were read, or stored while no one reads. */
  dropRead(): void {
    const readUpTo = this.readUpTo;
    const read = readUpTo === undefined ? this.#entries.length : firstAfter(this.#entries, readUpTo);
    this.#dropStored(Math.min(read, this.#storedEntries));
    if (readUpTo === undefined || this.#unkept.length === 0) return;
    for (const entry of this.#unkept.splice(0, firstAfter(this.#unkept, readUpTo))) this.unkeptBytes -= entry.bytes;
  }

  /** Drops what the store holds, read or not. */
  dropStored(): void {
    this.#dropStored(this.#storedEntries);
  }

  #dropStored(count: number): void {
    if (count === 0) return;
    for (const entry of this.#entries.splice(0, count)) this.bytes -= entry.bytes;
    this.#storedEntries -= count;
  }

  #addHole(hole: Hole): void {
    const previous = this.#holes.at(-1);
    if (previous !== undefined && (previous.last + 1 === hole.first || this.#holes.length >= MAX_HOLES)) {
      this.#holes[this.#holes.length - 1] = { first: previous.first, last: hole.last };
    } else {
      this.#holes.push(hole);
    }
  }
}
