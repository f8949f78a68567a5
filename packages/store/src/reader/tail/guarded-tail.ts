import type { LaneName, TailReply, TailSource } from '@tickwatch/core';

export interface GuardOptions {
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  /** After a failure nobody asks for this long, ms. */
  readonly restMs: number;
  readonly onChange?: (reachable: boolean, error?: string) => void;
}

/**
 * A tail that costs nothing while its subscriber is away or hangs: after a failure every question is answered with
 * `undefined` at once, and from time to time one question goes out in the background, with nobody waiting for it.
 */
export class GuardedTail {
  readonly #source: TailSource;
  readonly #options: GuardOptions;
  #restUntil = 0;
  #open = false;
  #probing = false;

  constructor(source: TailSource, options: GuardOptions) {
    this.#source = source;
    this.#options = options;
  }

  get reachable(): boolean {
    return !this.#open;
  }

  /** `undefined`: unreachable, too slow, or resting after a failure. Never throws. */
  async tail(stock: string | undefined, after: ReadonlyMap<LaneName, number>): Promise<TailReply | undefined> {
    if (!this.#open) return this.#ask(stock, after);
    if (!this.#probing && performance.now() >= this.#restUntil) {
      this.#probing = true;
      void this.#ask(stock, after).finally(() => {
        this.#probing = false;
      });
    }
    return undefined;
  }

  async #ask(stock: string | undefined, after: ReadonlyMap<LaneName, number>): Promise<TailReply | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${this.#options.timeoutMs} ms`)),
        this.#options.timeoutMs,
      );
    });
    try {
      const reply = await Promise.race([this.#source.tail(stock, after), tooLate]);
      this.#turn(false);
      return reply;
    } catch (error) {
      this.#restUntil = performance.now() + this.#options.restMs;
      this.#turn(true, error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #turn(open: boolean, error?: string): void {
    if (this.#open === open) return;
    this.#open = open;
    this.#options.onChange?.(!open, error);
  }
}
