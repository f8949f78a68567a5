import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

const FOLDERS = ['/usr/lib/x86_64-linux-gnu/faketime', '/usr/lib/aarch64-linux-gnu/faketime', '/usr/lib/faketime'];

/** A wall clock that a process sees instead of the machine's, by libfaketime; its monotonic clock is the machine's. */
export class FakeClock {
  readonly #file: string;

  /** @param file where libfaketime reads the offset, at each look at the clock */
  constructor(file: string) {
    this.#file = file;
  }

  get env(): Readonly<Record<string, string>> {
    const library = FOLDERS.map((folder) => `${folder}/libfaketime.so.1`).find(existsSync);
    if (library === undefined) throw new Error('libfaketime is not on this machine (Debian: apt install faketime)');
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Steps the clock to so many seconds after (before) the machine's. */
  async set(seconds: number): Promise<void> {
    await writeFile(`${this.#file}.next`, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    await rename(`${this.#file}.next`, this.#file);
  }
}
