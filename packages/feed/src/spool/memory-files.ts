import type { SpoolFile, SpoolFiles } from './spool-files.ts';

/** Files that live as long as the process. */
export class MemoryFiles implements SpoolFiles {
  async list(): Promise<SpoolFile[]> {
    return [];
  }

  async free(): Promise<number> {
    return Number.POSITIVE_INFINITY;
  }

  create(number: number): Promise<SpoolFile> {
    return this.replace(number, []);
  }

  async replace(number: number, pieces: Iterable<Buffer>): Promise<SpoolFile> {
    const file = new MemoryFile(number);
    for (const piece of pieces) await file.append(piece);
    return file;
  }

  async remove(_file: SpoolFile): Promise<void> {}

  async keepDamaged(): Promise<string> {
    return '';
  }
}

class MemoryFile implements SpoolFile {
  readonly number: number;
  live = 0;
  size = 0;
  #pieces: { readonly at: number; readonly bytes: Buffer }[] = [];

  constructor(number: number) {
    this.number = number;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#pieces.push({ at: this.size, bytes });
    this.size += bytes.length;
  }

  async cut(size: number): Promise<void> {
    this.#pieces = this.#pieces.filter(({ at }) => at < size);
    this.size = size;
  }

  read(from: number, to: number): Buffer {
    const wanted = this.#pieces.filter(({ at, bytes }) => at < to && at + bytes.length > from);
    const start = wanted[0]?.at ?? 0;
    return Buffer.concat(wanted.map(({ bytes }) => bytes)).subarray(from - start, to - start);
  }

  async close(): Promise<void> {}
}
