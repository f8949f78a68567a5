/** How many of the smallest hashes are kept. */
const KEPT = 512;
const ROOM = 4 * KEPT;

/** The smallest hashes of a text's lines: what part of them two texts share tells what part of their lines they do. */
export class LineSketch {
  #hashes: number[] = [];
  #limit = Number.POSITIVE_INFINITY;

  readonly #scope: string;

  /** @param scope lines that are read in another way are others */
  constructor(scope: string) {
    this.#scope = scope;
  }

  add(line: string): void {
    const hash = hashOf(this.#scope === '' ? line : this.#scope + line);
    if (hash > this.#limit) return;
    this.#hashes.push(hash);
    if (this.#hashes.length >= ROOM) this.#trim();
  }

  /** Ascending. */
  hashes(): readonly number[] {
    this.#trim();
    return this.#hashes;
  }

  #trim(): void {
    this.#hashes = [...new Set(this.#hashes)].sort((a, b) => a - b).slice(0, KEPT);
    if (this.#hashes.length === KEPT) this.#limit = this.#hashes[KEPT - 1] as number;
  }
}

/** What part of the lines of one text the other has, of the text that has the fewer others, as far as both tell; 0 … 1. */
export function sharedPart(one: readonly number[], other: readonly number[]): number {
  const limit = Math.min(limitOf(one), limitOf(other));
  const [left, right] = [one.filter((hash) => hash <= limit), new Set(other.filter((hash) => hash <= limit))];
  const fewer = Math.min(left.length, right.size);
  return fewer === 0 ? 0 : left.filter((hash) => right.has(hash)).length / fewer;
}

/** Hashes up to here are all known. */
function limitOf(hashes: readonly number[]): number {
  return hashes.length < KEPT ? Number.POSITIVE_INFINITY : (hashes[KEPT - 1] as number);
}

/** 32 bits, mixed well enough for small ones to be a fair sample (FNV-1a with murmur3's end). */
function hashOf(line: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
