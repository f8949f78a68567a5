import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { FileError } from './file-error.ts';

/** A line of a text, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Where its text ends, in bytes from the start. */
  readonly end: number;
  /** `undefined`: it can't be read, see `problem`. */
  readonly text: string | undefined;
  readonly problem?: 'not_text' | 'too_long';
  /** Of a line that is no text: the first of its bytes. */
  readonly bytes?: Buffer;
  /** True: the text ends within or right behind it, without a line end. */
  readonly isOpen: boolean;
}

/** A longer line is no row. */
const MAX_LINE = 1 << 18;
/** Nor is this a text: memory stays bounded. */
const MAX_READ = 1 << 24;
const KEPT_BYTES = 8192;
const LINE_FEED = 0x0a;
const DIGEST_LENGTH = 32;

/** Cuts a text into lines, many at a time, and knows the digest of all of it up to the lines that it gave last. */
export class LineReader {
  readonly #bytes: AsyncIterable<Buffer>;
  readonly #hash = createHash('sha256');
  #block: Buffer = Buffer.alloc(0);
  /** Where the block begins, and up to where all is in the hash. */
  #start = 0;
  #hashed = 0;
  #number = 0;
  /** Of the block before, in which the last line may still be wanted. */
  #before = { end: -1, digest: '' };

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#bytes = bytes;
  }

  /** @throws FileError a line is endless */
  async *batches(): AsyncGenerator<readonly Line[]> {
    let rest: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#bytes) {
      const last = chunk.lastIndexOf(LINE_FEED);
      rest.push(last < 0 ? chunk : chunk.subarray(0, last + 1));
      length += chunk.length;
      if (last < 0) {
        if (length > MAX_READ)
          throw new FileError(`line ${this.#number + 1} has more than 16 MiB: this is no text of lines`);
        continue;
      }
      yield this.#linesOf(Buffer.concat(rest));
      rest = [chunk.subarray(last + 1)];
      length = chunk.length - last - 1;
    }
    const open = Buffer.concat(rest);
    if (open.length > 0) yield this.#linesOf(open);
  }

  /** Makes the digests those of the text read in one way. Before any of them is asked for. */
  seed(scope: string): void {
    this.#hash.update(scope);
  }

  /**
   * Digest of the text up to the end of a line of the latest batch, or of the last one before it; `undefined`: it lies before
   * another that was asked for.
   */
  digestAt(end: number): string | undefined {
    if (end === this.#before.end) return this.#before.digest;
    if (end < this.#hashed) return undefined;
    this.#hash.update(this.#block.subarray(this.#hashed - this.#start, end - this.#start));
    this.#hashed = end;
    return this.#hash.copy().digest('hex').slice(0, DIGEST_LENGTH);
  }

  #linesOf(block: Buffer): readonly Line[] {
    if (this.#block.length > 0) {
      const end = this.#start + this.#block.length - 1;
      this.#before = { end, digest: this.digestAt(end) ?? '' };
    }
    this.#hash.update(this.#block.subarray(this.#hashed - this.#start));
    this.#start += this.#block.length;
    this.#hashed = this.#start;
    this.#block = block;
    if (isAscii(block)) return this.#split(block.toString('latin1'), (line) => line.length);
    return isUtf8(block) ? this.#split(block.toString(), Buffer.byteLength) : this.#splitBytes(block);
  }

  #split(text: string, bytesOf: (line: string) => number): readonly Line[] {
    const lines = text.split('\n');
    const isOpen = lines.at(-1) !== '';
    if (!isOpen) lines.pop();
    let end = this.#start - 1;
    return lines.map((line, i): Line => {
      const bytes = bytesOf(line);
      end += bytes + 1;
      const place = { number: ++this.#number, end, isOpen: isOpen && i === lines.length - 1 };
      if (bytes > MAX_LINE) return { ...place, text: undefined, problem: 'too_long' };
      return { ...place, text: line.endsWith('\r') ? line.slice(0, -1) : line };
    });
  }

  #splitBytes(block: Buffer): readonly Line[] {
    const lines: Line[] = [];
    for (let from = 0; from < block.length; ) {
      const found = block.indexOf(LINE_FEED, from);
      const to = found < 0 ? block.length : found;
      const bytes = block.subarray(from, to);
      const place = { number: ++this.#number, end: this.#start + to, isOpen: found < 0 };
      if (bytes.length > MAX_LINE) lines.push({ ...place, text: undefined, problem: 'too_long' });
      else if (isUtf8(bytes)) lines.push({ ...place, text: bytes.toString().replace(/\r$/, '') });
      else lines.push({ ...place, text: undefined, problem: 'not_text', bytes: bytes.subarray(0, KEPT_BYTES) });
      from = to + 1;
    }
    return lines;
  }
}
