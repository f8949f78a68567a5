import { FileError } from './file-error.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The elements of JSON arrays, or JSON objects each over several lines, as one line each: line breaks between tokens, which
 * JSON does not mind, become spaces. An element may be of any form; whoever reads the line judges it.
 * @throws FileError at the end, where something is not closed: the file was cut
 */
export async function* jsonElements(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const splitter = new ElementSplitter();
  for await (const chunk of bytes) {
    const lines = splitter.write(chunk);
    if (lines.length > 0) yield lines;
  }
  if (splitter.isWithin) throw new FileError('the JSON is not closed at its end: the file was cut');
}

class ElementSplitter {
  /** Of brackets and braces; elements lie at depth 1 in an array, else at 0. */
  #depth = 0;
  #outer = 0;
  #inString = false;
  #escaped = false;
  /** True where nothing of an element is written yet. */
  #isEmpty = true;

  get isWithin(): boolean {
    return !this.#isEmpty || this.#depth > 0;
  }

  write(chunk: Buffer): Buffer {
    const out = Buffer.allocUnsafe(chunk.length * 2);
    let to = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.#inString) {
        this.#string(byte);
        out[to++] = byte === LINE_FEED ? SPACE : byte;
      } else if (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) {
        if (!this.#isEmpty) out[to++] = byte === LINE_FEED && this.#endsLine() ? LINE_FEED : SPACE;
      } else {
        const isPart = this.#token(byte);
        if (isPart) out[to++] = byte;
        const isEnd = this.#depth === this.#outer && (isPart ? byte === CLOSE_OBJECT && this.#outer === 0 : true);
        if (isPart) this.#isEmpty = false;
        if (isEnd && !this.#isEmpty) {
          out[to++] = LINE_FEED;
          this.#isEmpty = true;
        }
      }
    }
    return out.subarray(0, to);
  }

  #string(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  /** What is neither array nor object ends with its line. */
  #endsLine(): boolean {
    if (this.#depth > 0) return false;
    this.#isEmpty = true;
    return true;
  }

  /** @returns true for a part of an element, false for what stands around the elements of an array */
  #token(byte: number): boolean {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      this.#depth++;
      if (byte === OPEN_ARRAY && this.#depth === 1 && this.#isEmpty) {
        this.#outer = 1;
        return false;
      }
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth < this.#outer) {
        this.#outer = 0;
        return false;
      }
    } else if (byte === COMMA && this.#depth === this.#outer && this.#outer === 1) return false;
    return true;
  }
}
