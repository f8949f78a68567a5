import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { SPOOL_VERSION } from './record-format.ts';

/** Reading a larger file would take too long at the end of a process. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Says beside a spool's file that it was closed, and what was in it then: if it still is, nobody need look through it. */
export class CleanMark {
  readonly #file: string;
  readonly #path: string;

  constructor(file: string) {
    this.#file = file;
    this.#path = `${file}.clean`;
  }

  /** @returns whether the file is, byte for byte, what it was when it was closed. Removes the mark. */
  async take(): Promise<boolean> {
    const mark = await readFile(this.#path, 'utf8').catch(() => undefined);
    const isClean = mark !== undefined && mark === (await this.#text().catch(() => undefined));
    await rm(this.#path, { force: true });
    return isClean;
  }

  /** The file is closed. */
  async set(): Promise<void> {
    const { size } = await stat(this.#file);
    if (size <= MAX_BYTES) await writeFile(this.#path, await this.#text());
  }

  async #text(): Promise<string> {
    let [crc, size] = [0, 0];
    for await (const chunk of createReadStream(this.#file, { highWaterMark: 1024 * 1024 })) {
      crc = crc32(chunk, crc);
      size += chunk.length;
    }
    return `${SPOOL_VERSION} ${size} ${crc}`;
  }
}
