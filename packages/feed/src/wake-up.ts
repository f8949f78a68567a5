/** Lets one waiter sleep until there is news or its signal aborts; news before the wait is not lost. */
export class WakeUp implements Disposable {
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.notify();
  #hasNews = false;
  #resolve: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  notify(): void {
    this.#hasNews = true;
    this.#resolve?.();
    this.#resolve = undefined;
  }

  async wait(): Promise<void> {
    if (!this.#hasNews && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#hasNews = false;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
