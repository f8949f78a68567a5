import type { Rejection, RejectionReason } from '@tickwatch/core';

/** After one notice an exchange's next follows no sooner, ms. */
const EVERY_MS = 10_000;
const EXAMPLE_CHARACTERS = 200;

/** Messages of an exchange that are no ticks, since the notice before. */
export interface RejectionNotice {
  readonly exchange: string;
  readonly count: number;
  readonly reasons: Readonly<Partial<Record<RejectionReason, number>>>;
  /** The newest of them: why, and how it begins, quoted. */
  readonly reason: RejectionReason;
  readonly detail: string;
  readonly example: string;
}

export interface RejectedText extends Rejection {
  readonly payload: Uint8Array;
}

interface Gathered {
  count: number;
  reasons: Partial<Record<RejectionReason, number>>;
  last: RejectedText | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Tells of rejected messages: the first at once, more after a while and together. Messages may come in floods. */
export class RejectionNotices implements Disposable {
  readonly #tell: (notice: RejectionNotice) => void;
  readonly #everyMs: number;
  readonly #exchanges = new Map<string, Gathered>();

  constructor(tell: (notice: RejectionNotice) => void, everyMs = EVERY_MS) {
    this.#tell = tell;
    this.#everyMs = everyMs;
  }

  add(exchange: string, rejected: readonly RejectedText[]): void {
    if (rejected.length === 0) return;
    let gathered = this.#exchanges.get(exchange);
    if (gathered === undefined) {
      gathered = { count: 0, reasons: {}, last: undefined, timer: undefined };
      this.#exchanges.set(exchange, gathered);
    }
    gathered.count += rejected.length;
    for (const { reason } of rejected) gathered.reasons[reason] = (gathered.reasons[reason] ?? 0) + 1;
    gathered.last = rejected.at(-1);
    if (gathered.timer === undefined) this.#notice(exchange, gathered);
  }

  /** Tells what is left. */
  [Symbol.dispose](): void {
    for (const [exchange, gathered] of this.#exchanges) {
      clearTimeout(gathered.timer);
      this.#send(exchange, gathered);
    }
    this.#exchanges.clear();
  }

  #notice(exchange: string, gathered: Gathered): void {
    if (!this.#send(exchange, gathered)) {
      gathered.timer = undefined;
      return;
    }
    gathered.timer = setTimeout(() => this.#notice(exchange, gathered), this.#everyMs).unref();
  }

  /** @returns whether there was anything to tell */
  #send(exchange: string, gathered: Gathered): boolean {
    const { count, reasons, last } = gathered;
    if (last === undefined) return false;
    Object.assign(gathered, { count: 0, reasons: {}, last: undefined });
    this.#tell({
      exchange,
      count,
      reasons,
      reason: last.reason,
      detail: last.detail,
      example: exampleOf(last.payload),
    });
    return true;
  }
}

/** How a message begins, as JSON quotes it. */
export function exampleOf(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload.subarray(0, 4 * EXAMPLE_CHARACTERS));
  const begin = [...text].slice(0, EXAMPLE_CHARACTERS).join('');
  return JSON.stringify(begin.length < text.length || payload.length > 4 * EXAMPLE_CHARACTERS ? `${begin}…` : begin);
}
