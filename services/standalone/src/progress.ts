import { formatMicros, nowMicros } from '@tickwatch/core';

/**
 * Tells a person how the start goes, one line a part, on stderr; stdout belongs to the log.
 * The first line is written at once: what takes seconds shows that it lives.
 */
export class Progress {
  readonly #started = performance.now();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void = (line) => process.stderr.write(line)) {
    this.#write = write;
  }

  part(name: string, text: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1).padStart(5);
    this.#write(`${seconds} s  ${name.padEnd(10)} ${text}\n`);
  }

  /** As {@link part}, for a person alone. @returns false: nobody sits there, and nothing is said */
  say(name: string, text: string): boolean {
    if (!process.stderr.isTTY) return false;
    this.part(name, text);
    return true;
  }

  ready(address: string): void {
    this.part('ready', `open ${address}   (stop with Ctrl-C; ${formatMicros(nowMicros()).slice(0, 19)}Z)`);
  }
}
