import { closeSync, constants, openSync, readSync } from 'node:fs';
import { copyFile, type FileHandle, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Each write is on the disk when it ends: one call to another thread instead of two, each of which waits for its turn in a
 * process that is busy.
 */
const SYNCED = constants.O_RDWR | constants.O_DSYNC;

/** One of the files that follow each other in a spool. It only grows. */
export interface SpoolFile {
  readonly number: number;
  /** In bytes. */
  readonly size: number;
  /** Bytes of records that are still wanted. */
  live: number;
  /** All or nothing; on the disk when it resolves. @throws what the disk says */
  append(bytes: Buffer): Promise<void>;
  /** Gives up everything behind the first so many bytes. */
  cut(size: number): Promise<void>;
  read(from: number, to: number): Buffer;
  /** Nothing more is written to it. */
  close(): Promise<void>;
}

/** Where a spool's files are. */
export interface SpoolFiles {
  /** In order. */
  list(): Promise<SpoolFile[]>;
  /** Bytes that the disk has left. */
  free(): Promise<number>;
  /** An empty file. @throws what the disk says */
  create(number: number): Promise<SpoolFile>;
  /** Puts other content in the place of a file. @throws what the disk says; then the file is what it was */
  replace(number: number, pieces: Iterable<Buffer>): Promise<SpoolFile>;
  remove(file: SpoolFile): Promise<void>;
  /** Keeps a copy of a file as it is, instead of any other. @returns its path */
  keepDamaged(file: SpoolFile): Promise<string>;
}

/** Files in a folder. */
export class FolderFiles implements SpoolFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<SpoolFile[]> {
    const all = await readdir(this.#folder);
    for (const draft of all.filter((name) => name.endsWith('.log.new'))) await rm(join(this.#folder, draft));
    const names = all.filter((name) => /^\d{12}\.log$/.test(name)).sort();
    return Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        return new DiskFile(path, Number.parseInt(name, 10), (await stat(path)).size);
      }),
    );
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  async create(number: number): Promise<SpoolFile> {
    const path = this.#path(number);
    const file = new DiskFile(path, number, 0, await open(path, SYNCED | constants.O_CREAT));
    try {
      await this.#syncFolder();
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async replace(number: number, pieces: Iterable<Buffer>): Promise<SpoolFile> {
    const path = this.#path(number);
    const draft = `${path}.new`;
    try {
      await using handle = await open(draft, 'w');
      let size = 0;
      for (const piece of pieces) size += await writeAll(handle, piece, size);
      await handle.sync();
      await rename(draft, path);
      await this.#syncFolder();
      return new DiskFile(path, number, size);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async remove(file: SpoolFile): Promise<void> {
    await file.close();
    await rm(this.#path(file.number), { force: true });
  }

  async keepDamaged(file: SpoolFile): Promise<string> {
    const path = join(this.#folder, 'damaged.log');
    await copyFile(this.#path(file.number), path).catch(() => rm(path, { force: true }));
    return path;
  }

  async #syncFolder(): Promise<void> {
    await using folder = await open(this.#folder, constants.O_RDONLY);
    await folder.sync();
  }

  #path(number: number): string {
    return join(this.#folder, `${String(number).padStart(12, '0')}.log`);
  }
}

class DiskFile implements SpoolFile {
  readonly number: number;
  live = 0;
  readonly #path: string;
  #size: number;
  #writing: FileHandle | undefined;

  constructor(path: string, number: number, size: number, writing?: FileHandle) {
    this.#path = path;
    this.#writing = writing;
    this.number = number;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#writing ??= await open(this.#path, SYNCED);
    try {
      await writeAll(this.#writing, bytes, this.#size);
      this.#size += bytes.length;
    } catch (error) {
      // The next one is written over what came of it; should there be none, the file ends where it is whole.
      await this.#writing.truncate(this.#size).catch(() => {});
      throw error;
    }
  }

  async cut(size: number): Promise<void> {
    this.#writing ??= await open(this.#path, SYNCED);
    await this.#writing.truncate(size);
    await this.#writing.datasync();
    this.#size = size;
  }

  read(from: number, to: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(to - from);
    const file = openSync(this.#path, 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
    } finally {
      closeSync(file);
    }
  }

  async close(): Promise<void> {
    await this.#writing?.close();
    this.#writing = undefined;
  }
}

/** A disk that fills up may take a part. */
async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<number> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
  return bytes.length;
}
