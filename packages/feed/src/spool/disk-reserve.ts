import { randomBytes } from 'node:crypto';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const RESERVE_BYTES = 1024 * 1024;

/**
 * A little disk space held back. LMDB needs a few new pages even to remove something, and the space that it removes
 * becomes free only two transactions later: on a disk that is full to the last byte it could never recover.
 */
export class DiskReserve {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the space, unless the disk has little left. */
  async hold(): Promise<void> {
    try {
      if ((await this.#size()) === RESERVE_BYTES) return;
      // Random, so that a file system that compresses does not make it small.
      if ((await this.#free()) > 4 * RESERVE_BYTES) await writeFile(this.#path, randomBytes(RESERVE_BYTES));
    } catch {
      await this.release();
    }
  }

  /** Gives the space to whoever needs it now. @returns whether the disk was full without it */
  async release(): Promise<boolean> {
    const free = await this.#free().catch(() => Number.POSITIVE_INFINITY);
    await rm(this.#path, { force: true }).catch(() => {});
    return free < RESERVE_BYTES;
  }

  async #free(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.#path));
    return bavail * bsize;
  }

  async #size(): Promise<number> {
    return stat(this.#path).then(
      ({ size }) => size,
      () => 0,
    );
  }
}
