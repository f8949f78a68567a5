/** What one replay may send to a server that doesn't tell how far its viewers have read. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly messagesPerSecond: number;
}

/** Spreads messages over time: each takes the time that it costs, and the next one waits for it. */
export class PublishPace {
  readonly #pace: Pace;
  #freeAt = 0;
  #stop: () => void = () => {};
  #stopped = false;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Resolves when the next message may be sent after one of so many bytes; at once after {@link stop}. */
  async after(bytes: number): Promise<void> {
    const { bytesPerSecond, messagesPerSecond } = this.#pace;
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + 1000 * Math.max(bytes / bytesPerSecond, 1 / messagesPerSecond);
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#freeAt - now);
      this.#stop = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
  }
}
