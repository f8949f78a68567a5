import { createHash } from 'node:crypto';
import { LateDamageError } from '@tickwatch/store';
import { MoreDigitsError } from '../columns/price-digits.ts';
import { type Entry, type FileRequest, type MadeFile, type Making, wantedEntry } from './file-entry.ts';
import { FilesFullError, FileTooLongError, SpooledFile } from './spooled-file.ts';

export interface MadeFilesOptions {
  readonly folder: string;
  /** Of all files together. */
  readonly maxBytes: number;
}

/** A file stays so long after its last use, and no longer than that in all, so that whoever reads it part by part reads one file. */
const KEEP_MS = 60_000;
const KEEP_AT_MOST_MS = 900_000;
const SWEEP_MS = 5000;
const MAX_FILES = 256;
const MOST_TRIES = 3;

/**
 * Files that are answers. A reader of Parquet asks for the length, then for the foot, then for columns: all of them must be of
 * the same bytes, whatever has arrived meanwhile, and making it anew for each would cost each time the whole. So a file
 * is kept for a while. Who begins to read gets it as it is now; who asks for a part gets the file that they saw last.
 */
export class MadeFiles<H> implements AsyncDisposable {
  readonly #options: MadeFilesOptions;
  readonly #sweep: NodeJS.Timeout;
  #entries: Entry<H>[] = [];

  constructor(options: MadeFilesOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#dropOld(), SWEEP_MS);
    this.#sweep.unref();
  }

  /**
   * The file that is wanted, made if there is none. It is held for the asker, who releases it.
   * @param make is given up when everybody has left
   * @throws what `make` throws, FilesFullError, FileTooLongError, the signal's reason
   */
  async get(request: FileRequest, make: (signal: AbortSignal) => Promise<Making<H>>): Promise<MadeFile<H>> {
    const entry = wantedEntry(this.#entries, request, performance.now()) ?? this.#begin(request.key, make);
    entry.usedAt = performance.now();
    entry.clients.add(request.client);
    if (request.wants === 'head' || request.wants === 'whole') entry.announced = request.wants === 'head';
    const made = entry.made ?? (await untilLeft(entry, request.signal));
    made.file.hold();
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    const entries = this.#entries;
    this.#entries = [];
    for (const { stop } of entries) stop.abort(new Error('the server stops'));
    const made = await Promise.allSettled(entries.map(({ making }) => making));
    for (const result of made) if (result.status === 'fulfilled') result.value.file.drop();
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<Making<H>>): Entry<H> {
    const stop = new AbortController();
    const now = performance.now();
    const entry: Entry<H> = {
      key,
      begunAt: now,
      usedAt: now,
      clients: new Set(),
      stop,
      // Begins after the entry is there.
      making: Promise.resolve().then(() => this.#make(entry, make)),
      made: undefined,
      madeAt: now,
      bytes: 0,
      waiting: 0,
      announced: false,
    };
    this.#entries.push(entry);
    entry.making.catch(() => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    });
    return entry;
  }

  async #make(entry: Entry<H>, make: (signal: AbortSignal) => Promise<Making<H>>): Promise<MadeFile<H>> {
    for (let left = MOST_TRIES - 1; ; left--) {
      try {
        return await this.#write(entry, make);
      } catch (error) {
        if (!isKnownByNow(error) || left === 0) throw error;
        entry.bytes = 0;
      }
    }
  }

  async #write(entry: Entry<H>, make: (signal: AbortSignal) => Promise<Making<H>>): Promise<MadeFile<H>> {
    const { signal } = entry.stop;
    // Before the answer is asked for: whoever has asked has to read it.
    const file = await SpooledFile.open(this.#options.folder);
    try {
      const { head, headTag, pieces } = await make(signal);
      for await (const piece of pieces) {
        signal.throwIfAborted();
        this.#reserve(entry, piece.length);
        await file.append(piece);
      }
      entry.made = { head, file, tag: tagOf(file.digest(), headTag) };
      entry.madeAt = performance.now();
      entry.usedAt = entry.madeAt;
      return entry.made;
    } catch (error) {
      file.drop();
      throw error;
    }
  }

  #reserve(entry: Entry<H>, bytes: number): void {
    const { maxBytes } = this.#options;
    entry.bytes += bytes;
    if (entry.bytes > maxBytes) throw new FileTooLongError(maxBytes);
    while (this.#entries.reduce((sum, { bytes }) => sum + bytes, 0) > maxBytes || this.#entries.length > MAX_FILES) {
      if (!this.#dropOldest()) throw new FilesFullError('other files take all the room');
    }
  }

  #dropOldest(): boolean {
    const unused = this.#entries.filter(({ made }) => made !== undefined && !made.file.isRead);
    const oldest = unused.toSorted((a, b) => a.usedAt - b.usedAt)[0];
    if (oldest !== undefined) this.#drop(oldest);
    return oldest !== undefined;
  }

  #dropOld(): void {
    const now = performance.now();
    for (const entry of this.#entries) {
      if (entry.made === undefined || entry.made.file.isRead) continue;
      if (now - entry.usedAt > KEEP_MS || now - entry.begunAt > KEEP_AT_MOST_MS) this.#drop(entry);
    }
  }

  #drop(entry: Entry<H>): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    entry.made?.file.drop();
  }
}

/** What the next try begins with: which blocks are damaged, so that the answer says so, or how many digits prices have. */
function isKnownByNow(error: unknown): boolean {
  return error instanceof LateDamageError || error instanceof MoreDigitsError;
}

function tagOf(digest: string, headTag: string): string {
  return headTag === ''
    ? `"${digest}"`
    : `"${digest}.${createHash('sha256').update(headTag).digest('base64url').slice(0, 11)}"`;
}

/** The last asker who leaves takes the making with them. */
function untilLeft<H>(entry: Entry<H>, signal: AbortSignal): Promise<MadeFile<H>> {
  return new Promise((resolve, reject) => {
    entry.waiting++;
    const leave = (): void => {
      entry.waiting--;
      if (entry.waiting === 0) entry.stop.abort(signal.reason);
      reject(signal.reason);
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    const stay = (): void => signal.removeEventListener('abort', leave);
    entry.making.then(resolve, reject).finally(stay);
  });
}
