import { randomBytes } from 'node:crypto';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export const RESERVE_BYTES = 1024 * 1024;
const MIN_BYTES = 256 * 1024;

/**
 * A little disk space held back. LMDB needs a few new pages even to remove something, and the space that it removes
 * becomes free only two transactions later: on a disk that is full to the last byte it could never recover.
 */
export class DiskReserve {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the space, or what there is of it. @returns false: there is too little to be of use, or less than wanted */
  async hold(wanted = MIN_BYTES): Promise<boolean> {
    try {
      if ((await this.#size()) >= wanted) return true;
      const size = Math.min(RESERVE_BYTES, (await this.#free()) - MIN_BYTES);
      if (size < wanted) return false;
      // Random, so that a file system that compresses does not make it small.
      await writeFile(this.#path, randomBytes(size));
      return true;
    } catch {
      await this.release();
      return false;
    }
  }

  /** Gives the space to whoever needs it now. @returns whether the disk was full without it */
  async release(): Promise<boolean> {
    const free = await this.#free().catch(() => Number.POSITIVE_INFINITY);
    await rm(this.#path, { force: true }).catch(() => {});
    return free < MIN_BYTES;
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
