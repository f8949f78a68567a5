import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { commandLines, parseCommand } from './hub-commands.ts';
import * as protocol from './hub-protocol.ts';
import { HubSession, type SessionContext, type SessionLimits } from './hub-session.ts';
import { textFrame } from './text-frame.ts';

export interface ClientLimits extends SessionLimits {
  /** How long a client may take to answer a ping. */
  readonly pongTimeoutMs: number;
  /** How long a connection may stay without the command `connect`. */
  readonly staleMs: number;
  readonly maxCommandsPerSecond: number;
  /** Unsent bytes at which a client counts as too slow. */
  readonly maxBufferedBytes: number;
}

/** What all clients of a hub share. */
export interface ClientContext extends SessionContext {
  readonly limits: ClientLimits;
  readonly onSlow: () => void;
}

const PING = textFrame('{}');

/** One connection and its side of the protocol. */
export class HubClient {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #context: ClientContext;
  readonly #session: HubSession;
  readonly #opened = performance.now();
  #nextPing = Number.POSITIVE_INFINITY;
  #pongDue: number | undefined;
  #second = 0;
  #commands = 0;

  constructor(ws: WebSocket, socket: Duplex, context: ClientContext) {
    this.#ws = ws;
    this.#socket = socket;
    this.#context = context;
    this.#session = new HubSession(context, () => socket.writableLength);
    ws.on('message', (data: Buffer) => this.#receive(data.toString()));
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#session.subscriptions;
  }

  /** Equal for clients with the same channels; empty: none. */
  get topics(): string {
    return this.#session.topics;
  }

  /** Writes whole frames past `ws`, which is safe because without compression it writes whole frames at once too. */
  write(frames: Buffer, done?: () => void): void {
    if (this.#ws.readyState !== WebSocket.OPEN) {
      done?.();
      return;
    }
    this.#socket.write(frames, done);
    if (this.#socket.writableLength <= this.#context.limits.maxBufferedBytes) return;
    this.#context.onSlow();
    this.disconnect(protocol.SLOW);
  }

  disconnect({ code, reason }: protocol.Disconnect): void {
    this.#session.end();
    this.#ws.close(code, reason);
  }

  /** Pings when it is time and ends a connection that does not keep to the protocol's times. */
  sweep(now: number): void {
    const { staleMs, pingIntervalMs, pongTimeoutMs } = this.#context.limits;
    if (!this.#session.isConnected) {
      if (now - this.#opened > staleMs) this.disconnect(protocol.STALE);
    } else if (this.#pongDue !== undefined && now > this.#pongDue) {
      this.disconnect(protocol.NO_PONG);
    } else if (now >= this.#nextPing) {
      this.#nextPing = now + pingIntervalMs;
      this.#pongDue = now + pongTimeoutMs;
      this.write(PING);
    }
  }

  #receive(message: string): void {
    const replies: string[] = [];
    const end = this.#obey(commandLines(message), replies);
    const borrowed = this.#session.takeBorrowed();
    // What came before a bad command was good, and is answered before the connection ends.
    if (replies.length > 0) {
      this.write(textFrame(replies.join('\n')), () => this.#context.budget.giveBack(borrowed));
    }
    if (end !== undefined) this.disconnect(end);
  }

  /** Does what the lines say, up to the first that ends the connection. @returns how it must end, if it must */
  #obey(lines: readonly string[], replies: string[]): protocol.Disconnect | undefined {
    for (const line of lines) {
      const command = parseCommand(line);
      if (command === undefined) return protocol.BAD_REQUEST;
      if (!this.#isInTime()) return protocol.TOO_MANY_COMMANDS;
      const answer = command.type === 'pong' ? this.#pong() : this.#session.answer(command);
      if (typeof answer === 'string') replies.push(answer);
      else if (answer !== undefined) return answer;
      if (command.type === 'connect') this.#planPing();
    }
    return undefined;
  }

  #pong(): protocol.Disconnect | undefined {
    if (this.#pongDue === undefined) return protocol.BAD_REQUEST;
    this.#pongDue = undefined;
    return undefined;
  }

  /** Spread, so that clients which came back together are not pinged together. */
  #planPing(): void {
    this.#nextPing = performance.now() + this.#context.limits.pingIntervalMs * (0.5 + Math.random() / 2);
  }

  /** Counts a command. @returns false when there were too many within a second */
  #isInTime(): boolean {
    const now = performance.now();
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#commands = 0;
    }
    return ++this.#commands <= this.#context.limits.maxCommandsPerSecond;
  }
}
