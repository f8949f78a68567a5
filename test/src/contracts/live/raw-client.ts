import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Reply {
  readonly id?: number;
  readonly error?: { readonly code: number };
  readonly [member: string]: unknown;
}

/** A client that says exactly what it is told, for what a proper client never says. */
export class RawClient implements Disposable {
  readonly replies: Reply[] = [];
  /** Frames as they came. */
  readonly frames: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#socket = new WebSocket(url, { headers });
    this.#socket.on('message', (data: Buffer) => {
      const frame = data.toString();
      this.frames.push(frame);
      for (const line of frame.split('\n')) this.replies.push(JSON.parse(line) as Reply);
    });
    this.#socket.on('error', () => {});
    this.closed = once(this.#socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  /** Resolves when open. @throws Error when the server refuses, with its status in the message */
  async open(): Promise<this> {
    await once(this.#socket, 'open');
    return this;
  }

  send(...commands: readonly (object | string)[]): void {
    this.#socket.send(commands.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  }

  reply(id: number): Reply | undefined {
    return this.replies.find((reply) => reply.id === id);
  }

  /** The members of a reply's result. */
  result(id: number, method: string): Readonly<Record<string, unknown>> {
    return (this.reply(id)?.[method] ?? {}) as Readonly<Record<string, unknown>>;
  }

  /** Stops reading, as a browser does whose tab hangs. */
  stall(): void {
    this.#socket.pause();
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
