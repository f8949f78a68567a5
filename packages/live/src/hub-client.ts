import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { commandLines, parseCommand } from './hub-commands.ts';
import * as protocol from './hub-protocol.ts';
import type { HubReplayLimits, ReplayListener } from './hub-replay.ts';
import { HubSession, type SessionContext, type SessionLimits } from './hub-session.ts';
import { ReadWindow } from './read-window.ts';
import { textFrame } from './text-frame.ts';

export interface ClientLimits extends SessionLimits, HubReplayLimits {
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
/** The peer is gone without having closed. */
const ABNORMAL_CLOSURE = 1006;

interface Ping {
  /** When its answer must be there. */
  readonly due: number;
  /** Left out: it is sent to learn whether somebody is there. */
  readonly onRead?: (() => void) | undefined;
}

/** One connection and its side of the protocol. */
export class HubClient implements ReplayListener {
  readonly window: ReadWindow;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #context: ClientContext;
  readonly #session: HubSession;
  readonly #opened = performance.now();
  #nextPing = Number.POSITIVE_INFINITY;
  /** Those that are not answered, in the order in which they will be. */
  readonly #pings: Ping[] = [];
  #second = 0;
  #commands = 0;

  constructor(ws: WebSocket, socket: Duplex, context: ClientContext) {
    this.#ws = ws;
    this.#socket = socket;
    this.#context = context;
    this.window = new ReadWindow(context.limits.maxUnreadReplayBytes, (onRead) => this.#ping(onRead));
    this.#session = new HubSession(context, this, () => socket.writableLength);
    ws.on('message', (data: Buffer) => this.#receive(data.toString()));
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#session.subscriptions;
  }

  /** Equal for clients with the same exchanges; empty: none. */
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
    this.#end();
    this.#ws.close(code, reason);
  }

  expel(channel: string, push: Buffer): void {
    this.#session.leave(channel);
    this.write(push);
  }

  /** The connection has ended. @param code how its end was told */
  closed(code: number): void {
    this.#end(code === ABNORMAL_CLOSURE);
  }

  /** Pings when it is time and ends a connection that does not keep to the protocol's times. */
  sweep(now: number): void {
    const { staleMs, pingIntervalMs } = this.#context.limits;
    const [oldest] = this.#pings;
    if (!this.#session.isConnected) {
      if (now - this.#opened > staleMs) this.disconnect(protocol.STALE);
    } else if (oldest !== undefined && now > oldest.due) {
      if (oldest.onRead !== undefined) this.#context.onSlow();
      this.disconnect(oldest.onRead === undefined ? protocol.NO_PONG : protocol.SLOW);
    } else if (now >= this.#nextPing) {
      this.#nextPing = now + pingIntervalMs;
      this.#ping();
    }
  }

  #end(wasCut = false): void {
    this.#session.end(wasCut);
    this.window.end();
  }

  #ping(onRead?: () => void): void {
    this.#pings.push({ due: performance.now() + this.#context.limits.pongTimeoutMs, onRead });
    this.write(PING);
  }

  #receive(message: string): void {
    const replies: string[] = [];
    const end = this.#obey(commandLines(message), replies);
    const borrowed = this.#session.takeBorrowed();
    // What came before a bad command was good, and is answered before the connection ends.
    if (replies.length > 0) {
      this.write(textFrame(replies.join('\n')), () => this.#context.budget.giveBack(borrowed));
    }
    this.#session.begin();
    if (end !== undefined) this.disconnect(end);
  }

  /** Does what the lines say, up to the first that ends the connection. @returns how it must end, if it must */
  #obey(lines: readonly string[], replies: string[]): protocol.Disconnect | undefined {
    for (const line of lines) {
      const command = parseCommand(line);
      if (command === undefined) return protocol.BAD_REQUEST;
      // Answers are as many as there were pings.
      if (command.type !== 'pong' && !this.#isInTime()) return protocol.TOO_MANY_COMMANDS;
      const answer = command.type === 'pong' ? this.#pong() : this.#session.answer(command);
      if (typeof answer === 'string') replies.push(answer);
      else if (answer !== undefined) return answer;
      if (command.type === 'connect') this.#planPing();
    }
    return undefined;
  }

  #pong(): protocol.Disconnect | undefined {
    const answered = this.#pings.shift();
    if (answered === undefined) return protocol.BAD_REQUEST;
    answered.onRead?.();
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
