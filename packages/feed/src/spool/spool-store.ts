import { type LogEntry, lastPosition } from '../log-entry.ts';
import type { LogStore } from '../log-store.ts';
import { type FeedMessage, MAX_BATCH_MESSAGES } from '../tick-feed.ts';
import { decodeBlob, encodeBlob } from './blob-format.ts';
import type { DiskReserve } from './disk-reserve.ts';
import type { SpoolDatabase, SpoolKey } from './spool-database.ts';

/** So many groups are removed in one transaction. */
const TRIM_GROUPS = 500;
const NO_SPACE = 'no space is left on the disk';

export interface SpoolStoreOptions {
  readonly id: string;
  readonly reserve: DiskReserve;
  /** The disk had room for it. */
  readonly isReserveHeld: boolean;
  /** A group that was intact when the spool was opened can't be read any more. */
  readonly onUnreadable: (exchange: string, position: number) => void;
  /** Called when the database is closed. */
  readonly release: () => Promise<void>;
}

/**
 * What was heard, on disk, in LMDB: one blob an exchange a group commit. A group's key ends with how many messages
 * and bytes it holds, so that sums and trimming never read the groups themselves.
 */
export class SpoolStore implements LogStore {
  readonly id: string;
  readonly durability = 'spool';
  readonly #database: SpoolDatabase;
  readonly #options: SpoolStoreOptions;
  readonly #highest = new Map<string, number>();
  #messages = 0;
  #bytes = 0;
  /** The last write did not work, or there is no reserve for the one after the last. */
  #hasFailed: boolean;
  /** Something was removed since the last failure: there may be room inside the file. */
  #hasTrimmed = false;
  /** Writes happen one after another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(database: SpoolDatabase, options: SpoolStoreOptions) {
    this.id = options.id;
    this.#database = database;
    this.#options = options;
    this.#hasFailed = !options.isReserveHeld;
    for (const key of database.getKeys({ start: ['log'], end: ['log\uffff'] })) this.#count(key, 1);
    for (const { key, value } of database.getRange({ start: ['high'], end: ['high\uffff'] })) {
      this.#highest.set(String(key[1]), Number(value.toString()));
    }
  }

  get totals(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  highest(exchange: string): number {
    return this.#highest.get(exchange) ?? 0;
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return this.#exclusive(async () => {
      // Space that someone made goes into the reserve first: without it, the next full disk would be for ever.
      if (this.#hasFailed && !this.#hasTrimmed && !(await this.#options.reserve.hold())) throw new Error(NO_SPACE);
      const groups = toGroups(entries).map((group) => {
        const blob = encodeBlob(group.first, group.messages);
        const last = lastPosition(group);
        const key: SpoolKey = ['log', group.exchange, last, group.messages.length, blob.length];
        return { exchange: group.exchange, last, key, blob };
      });
      await this.#batch(() => {
        for (const { exchange, last, key, blob } of groups) {
          void this.#database.put(key, blob);
          void this.#database.put(['high', exchange], Buffer.from(String(last)));
        }
      });
      for (const { exchange, last, key } of groups) {
        this.#highest.set(exchange, last);
        this.#count(key, 1);
      }
      if (this.#hasFailed) await this.#options.reserve.hold();
      this.#hasFailed = false;
    });
  }

  after(exchange: string, position: number): LogEntry | undefined {
    let start = position + 1;
    for (;;) {
      const [key] = this.#database.getKeys({ start: ['log', exchange, start], end: endOf(exchange), limit: 1 });
      if (key === undefined) return undefined;
      const blob = this.#database.get(key);
      const entry = blob === undefined ? undefined : decodeBlob(exchange, blob);
      if (entry !== undefined) return entry;
      this.#options.onUnreadable(exchange, Number(key[2]));
      start = Number(key[2]) + 1;
    }
  }

  trim(exchange: string, upTo: number): Promise<void> {
    return this.#exclusive(async () => {
      const range = { start: ['log', exchange], end: ['log', exchange, upTo + 1], limit: TRIM_GROUPS };
      for (;;) {
        const keys = [...this.#database.getKeys(range)];
        if (keys.length === 0) break;
        await this.#batch(() => {
          for (const key of keys) void this.#database.remove(key);
        });
        for (const key of keys) this.#count(key, -1);
      }
      // What a transaction removes can be used from the next but one on; on a full disk there is no other space.
      if (!this.#hasFailed) return;
      await this.#batch(() => void this.#database.put(['trimmed'], Buffer.from(String(upTo))));
      this.#hasTrimmed = true;
    });
  }

  async close(): Promise<void> {
    await this.#exclusive(() => this.#database.close());
    await this.#options.release();
  }

  #count(key: SpoolKey, sign: 1 | -1): void {
    this.#messages += sign * Number(key[3]);
    this.#bytes += sign * Number(key[4]);
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => {});
    return done;
  }

  /** One transaction. @throws the disk's own error */
  async #batch(write: () => void): Promise<void> {
    try {
      await this.#database.batch(write);
    } catch (error) {
      const cause = await causeOf(error);
      this.#hasFailed = true;
      this.#hasTrimmed = false;
      const isFull = await this.#options.reserve.release();
      // LMDB calls a write that the disk took only in part an input/output error.
      throw isFull ? new Error(NO_SPACE, { cause }) : cause;
    }
  }
}

/** The library tells why a commit failed in a promise that rejects; it has to be awaited at once. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

function endOf(exchange: string): SpoolKey {
  return ['log', exchange, Number.MAX_SAFE_INTEGER];
}

/** Joins entries that follow each other, up to the size of a batch. */
function toGroups(entries: readonly LogEntry[]): readonly LogEntry[] {
  const groups: { exchange: string; first: number; messages: FeedMessage[] }[] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    const follows = group?.exchange === entry.exchange && entry.first === group.first + group.messages.length;
    if (group !== undefined && follows && group.messages.length + entry.messages.length <= MAX_BATCH_MESSAGES) {
      for (const message of entry.messages) group.messages.push(message);
    } else {
      groups.push({ exchange: entry.exchange, first: entry.first, messages: [...entry.messages] });
    }
  }
  return groups;
}
