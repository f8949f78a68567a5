import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK_BYTES = 1 << 18;

/** There is no room for another file now. */
export class FilesFullError extends Error {
  readonly code = 'FILES_FULL';
  override readonly name = 'FilesFullError';
}

/** A file alone would be longer than all of them may be. */
export class FileTooLongError extends Error {
  readonly code = 'FILE_TOO_LONG';
  override readonly name = 'FileTooLongError';

  constructor(maxBytes: number) {
    super(`the file would be longer than ${maxBytes} bytes`);
  }
}

/** Bytes on disk that were made once and are read many times. Nothing stays behind, however the process ends: the file has no name. */
export class SpooledFile {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #size = 0;
  #readers = 0;
  #dropped = false;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** An empty one. */
  static async open(folder: string): Promise<SpooledFile> {
    const path = join(folder, `tickwatch-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new SpooledFile(handle);
  }

  get size(): number {
    return this.#size;
  }

  /** @throws FilesFullError the disk is full */
  async append(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    try {
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await this.#handle.write(piece, at, piece.length - at, this.#size);
        at += bytesWritten;
        this.#size += bytesWritten;
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOSPC' || code === 'EDQUOT') throw new FilesFullError('the disk is full', { cause: error });
      throw error;
    }
  }

  /** A digest of the bytes, once they are all there. */
  digest(): string {
    return this.#hash.digest('base64url').slice(0, 27);
  }

  /** Bytes from one to another, the end not included; for whoever {@link hold}s it. */
  async *read(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const length = Math.min(CHUNK_BYTES, end - at);
      const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) throw new Error('a spooled file ends early');
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  get isRead(): boolean {
    return this.#readers > 0;
  }

  /** Keeps it until {@link release}, which is called as often. */
  hold(): void {
    this.#readers++;
  }

  release(): void {
    this.#readers--;
    if (this.#dropped && this.#readers === 0) void this.#handle.close();
  }

  /** Gives the disk its room back, once nobody reads it. */
  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    if (this.#readers === 0) void this.#handle.close();
  }
}
