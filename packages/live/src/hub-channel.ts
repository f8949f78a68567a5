import { randomBytes } from 'node:crypto';
import { framePayload, textFrame } from './text-frame.ts';

/** A place in a channel's stream of publications. */
export interface Position {
  /** Number of the last publication, counted from 1; 0: before the first. */
  readonly offset: number;
  /** Which life of the stream; empty in a request: any. */
  readonly epoch: string;
}

export interface HistoryLimits {
  /** Publications. */
  readonly size: number;
  /** As in Centrifugo, all are forgotten when there was none for so long. */
  readonly ttlMs: number;
  /** Bytes of their JSON. */
  readonly maxBytes: number;
}

/** One channel with its last publications, bounded by number and bytes, for clients that were cut off. */
export class HubChannel {
  readonly #head: string;
  readonly #headBytes: number;
  // A new epoch with each start tells a client that offsets count from anew.
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #limits: HistoryLimits;
  #offset = 0;
  #bytes = 0;
  #total = 0;
  #newest = 0;
  /** The publications' JSON, each a part of the frame that was sent; the last has the number `#offset`. */
  #entries: Buffer[] = [];

  constructor(name: string, limits: HistoryLimits) {
    this.#head = `{"push":{"channel":${JSON.stringify(name)},"pub":`;
    this.#headBytes = Buffer.byteLength(this.#head);
    this.#limits = limits;
  }

  get position(): Position {
    return { offset: this.#offset, epoch: this.#epoch };
  }

  /** Bytes of all publications so far, also of those that it no longer keeps. */
  get total(): number {
    return this.#total;
  }

  /** @returns the frame for the channel's clients */
  publish(data: string): Buffer {
    const offset = ++this.#offset;
    const frame = textFrame(`${this.#head}{"data":${data},"offset":${offset}}}}`);
    // Bytes rather than text: they are there anyway, and the garbage collector need not walk them.
    const json = framePayload(frame).subarray(this.#headBytes, -'}}'.length);
    this.#trim();
    this.#entries.push(json);
    this.#bytes += json.length;
    this.#total += json.length;
    this.#newest = performance.now();
    this.#trim();
    return frame;
  }

  /** What came after a position, or `undefined` when that is not known completely. */
  after({ offset, epoch }: Position): readonly Buffer[] | undefined {
    this.#trim();
    if ((epoch !== '' && epoch !== this.#epoch) || offset > this.#offset) return undefined;
    const missed = this.#offset - offset;
    if (missed > this.#entries.length) return undefined;
    return this.#entries.slice(this.#entries.length - missed);
  }

  #trim(): void {
    const { size, ttlMs, maxBytes } = this.#limits;
    if (performance.now() - this.#newest > ttlMs) {
      this.#entries = [];
      this.#bytes = 0;
    }
    let drop = 0;
    for (const json of this.#entries) {
      if (this.#entries.length - drop <= size && this.#bytes <= maxBytes) break;
      this.#bytes -= json.length;
      drop++;
    }
    if (drop > 0) this.#entries.splice(0, drop);
  }
}
