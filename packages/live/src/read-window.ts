/**
 * Bytes of replays that are sent to one connection and not known to be read. A socket takes megabytes that nobody has read;
 * a client answers a ping when it has read what came before, which is told by its pong.
 */
export class ReadWindow {
  readonly #maxBytes: number;
  readonly #probe: (onRead: () => void) => void;
  #unread = 0;
  #unprobed = 0;
  #ended = false;
  #waiting: (() => void)[] = [];

  /** @param probe sends a ping, and calls when it is answered */
  constructor(maxBytes: number, probe: (onRead: () => void) => void) {
    this.#maxBytes = maxBytes;
    this.#probe = probe;
  }

  sent(bytes: number): void {
    this.#unread += bytes;
    this.#unprobed += bytes;
    // Several pings a window: while one is under way the next bytes are too.
    if (this.#unprobed < this.#maxBytes / 4) return;
    const probed = this.#unprobed;
    this.#unprobed = 0;
    this.#probe(() => {
      this.#unread -= probed;
      if (!this.isFull) this.#wake();
    });
  }

  get unread(): number {
    return this.#unread;
  }

  get isFull(): boolean {
    return !this.#ended && this.#unread > this.#maxBytes;
  }

  /** Resolves when more may be sent, or the connection has ended. */
  room(): Promise<void> {
    return this.isFull ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
