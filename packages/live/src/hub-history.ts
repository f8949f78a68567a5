import { randomBytes } from 'node:crypto';

/** A place in a channel's stream of publications. */
export interface Position {
  /** Number of the last publication, counted from 1; 0: before the first. */
  readonly offset: number;
  /** Which life of the stream; empty in a request: any. */
  readonly epoch: string;
}

export interface HistoryQuery {
  /** 0: only the position, -1: everything. */
  readonly limit: number;
  readonly reverse: boolean;
  readonly since: Position | undefined;
}

export interface HistoryLimits {
  /** Publications. */
  readonly size: number;
  readonly ttlMs: number;
  /** Bytes of their JSON text, about. */
  readonly maxBytes: number;
}

interface Entry {
  readonly offset: number;
  readonly time: number;
  /** The publication as JSON. */
  readonly text: string;
}

/** The last publications of one channel, bounded by number, bytes and age, for clients that were cut off. */
export class HubHistory {
  // A new epoch with each start tells a client that offsets count from anew.
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #limits: HistoryLimits;
  #offset = 0;
  #bytes = 0;
  #entries: Entry[] = [];

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  get position(): Position {
    return { offset: this.#offset, epoch: this.#epoch };
  }

  /** @returns the publication as JSON, with its offset */
  add(data: string): string {
    const offset = ++this.#offset;
    const text = `{"data":${data},"offset":${offset}}`;
    this.#entries.push({ offset, time: performance.now(), text });
    this.#bytes += text.length;
    this.#trim();
    return text;
  }

  /** What came after a position, or `undefined` when that is not known completely. */
  after({ offset, epoch }: Position): readonly string[] | undefined {
    this.#trim();
    if ((epoch !== '' && epoch !== this.#epoch) || offset > this.#offset) return undefined;
    const missed = this.#offset - offset;
    if (missed > this.#entries.length) return undefined;
    return this.#entries.slice(this.#entries.length - missed).map(({ text }) => text);
  }

  /** Publications from a position on (without it), or from either end; `undefined`: another epoch. */
  query({ limit, reverse, since }: HistoryQuery): readonly string[] | undefined {
    this.#trim();
    if (since !== undefined && since.epoch !== '' && since.epoch !== this.#epoch) return undefined;
    const inside = ({ offset }: Entry) =>
      since === undefined || (reverse ? offset < since.offset : offset > since.offset);
    const found = this.#entries.filter(inside);
    if (reverse) found.reverse();
    return (limit < 0 ? found : found.slice(0, limit)).map(({ text }) => text);
  }

  #trim(): void {
    const { size, ttlMs, maxBytes } = this.#limits;
    const oldest = performance.now() - ttlMs;
    let drop = 0;
    for (const { time, text } of this.#entries) {
      if (this.#entries.length - drop <= size && this.#bytes <= maxBytes && time >= oldest) break;
      this.#bytes -= text.length;
      drop++;
    }
    if (drop > 0) this.#entries.splice(0, drop);
  }
}
