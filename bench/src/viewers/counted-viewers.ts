import { once } from 'node:events';
import { type BoardMessage, boardChannel, type LiveMessage, nowMicros, parseTime } from '@tickwatch/core';
import { WebSocket } from 'ws';

const EXCHANGES = ['NASDAQ', 'NYSE'];
/** Looking at all messages would cost more than taking them. */
const LOOK_AT_EACH = 20;

export type Kind = 'exchanges' | 'boards';

/** Viewers of both exchanges, and the bytes that reached them. */
export class CountedViewers implements Disposable {
  /** Payloads of all WebSocket messages, with 4 bytes a frame's head. */
  bytes = 0;
  messages = 0;
  readonly #kind: Kind;
  readonly #sockets: WebSocket[] = [];
  readonly #ages: number[] = [];

  private constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** Resolves when all listen. */
  static async open(url: string, count: number, kind: Kind): Promise<CountedViewers> {
    const viewers = new CountedViewers(kind);
    await Promise.all(Array.from({ length: count }, () => viewers.#listen(url)));
    return viewers;
  }

  reset(): void {
    this.bytes = this.messages = this.#ages.length = 0;
  }

  /** How old prices are when they come: of a message's last tick, or first row; ms. */
  get medianAge(): number {
    const sorted = this.#ages.sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async #listen(url: string): Promise<void> {
    const socket = new WebSocket(url);
    this.#sockets.push(socket);
    await once(socket, 'open');
    const channels = EXCHANGES.map((exchange) => (this.#kind === 'boards' ? boardChannel(exchange) : exchange));
    const subs = Object.fromEntries(channels.map((channel) => [channel, {}]));
    socket.send(JSON.stringify({ id: 1, connect: { subs } }));
    await once(socket, 'message');
    socket.on('message', (data: Buffer) => {
      // A ping is answered in kind.
      if (data.length === 2) socket.send('{}');
      this.bytes += data.length + 4;
      if (++this.messages % LOOK_AT_EACH === 0) this.#look(data);
    });
  }

  /** Centrifugo may put several publications into a frame, a line each. */
  #look(frame: Buffer): void {
    const line = frame.toString().split('\n').at(-1) ?? '';
    const { push } = JSON.parse(line) as { push?: { pub: { data: LiveMessage | BoardMessage } } };
    if (push === undefined) return;
    const { data } = push.pub;
    const time = 'rows' in data ? data.time : (parseTime(data.ticks.at(-1)?.timestamp ?? '') ?? 0);
    if (time > 0) this.#ages.push((nowMicros() - time) / 1000);
  }
}
