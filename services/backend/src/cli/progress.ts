/** One line on stderr that is written over and over; where stderr is no terminal, a line every few seconds. */
export class Progress {
  readonly #every = process.stderr.isTTY ? 100 : 5000;
  #shown = 0;
  #width = 0;

  show(text: string): void {
    const now = performance.now();
    if (now - this.#shown < this.#every) return;
    this.#shown = now;
    this.#write(text);
  }

  /** A line that stays. */
  note(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(this.#width)}\r`);
    process.stderr.write(`${text}\n`);
  }

  /** Says the last word. */
  end(text: string): void {
    this.#write(text);
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  #write(text: string): void {
    if (!process.stderr.isTTY) {
      process.stderr.write(`${text}\n`);
      return;
    }
    process.stderr.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }
}

/** `[######....] 60%` */
export function bar(done: number, all: number): string {
  const share = all === 0 ? 1 : Math.min(1, done / all);
  const full = Math.round(share * 30);
  return `[${'#'.repeat(full)}${'.'.repeat(30 - full)}] ${Math.floor(share * 100)}%`;
}

export function thousands(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
