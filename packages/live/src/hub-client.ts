import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { ByteBudget } from './byte-budget.ts';
import type { HubChannel } from './hub-channel.ts';
import { parseCommands } from './hub-commands.ts';
import * as protocol from './hub-protocol.ts';
import { textFrame } from './text-frame.ts';

export interface ClientLimits {
  readonly pingIntervalMs: number;
  /** How long a client may take to answer a ping. */
  readonly pongTimeoutMs: number;
  /** How long a connection may stay without the command `connect`. */
  readonly staleMs: number;
  readonly maxCommandsPerFrame: number;
  readonly maxCommandsPerSecond: number;
  readonly maxSubscriptions: number;
  /** Unsent bytes at which a client counts as too slow. */
  readonly maxBufferedBytes: number;
}

/** What all clients of a hub share. */
export interface ClientContext {
  readonly channels: ReadonlyMap<string, HubChannel>;
  readonly limits: ClientLimits;
  /** For replies with old publications: unlike new ones, each client holds a copy of its own. */
  readonly budget: ByteBudget;
  readonly onSlow: () => void;
}

const VERSION = 'tickwatch';
const PING = textFrame('{}');

/** One connection and its side of the protocol. */
export class HubClient {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #context: ClientContext;
  readonly #opened = performance.now();
  readonly #subscriptions = new Set<string>();
  #topics = '';
  #connected = false;
  #nextPing = Number.POSITIVE_INFINITY;
  #pongDue: number | undefined;
  #second = 0;
  #commands = 0;
  #borrowed = 0;

  constructor(ws: WebSocket, socket: Duplex, context: ClientContext) {
    this.#ws = ws;
    this.#socket = socket;
    this.#context = context;
    ws.on('message', (data: Buffer) => this.#receive(data.toString()));
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#subscriptions;
  }

  /** Equal for clients with the same channels; empty: none. */
  get topics(): string {
    return this.#topics;
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
    this.#subscriptions.clear();
    this.#topics = '';
    this.#ws.close(code, reason);
  }

  /** Pings when it is time and ends a connection that does not keep to the protocol's times. */
  sweep(now: number): void {
    const { staleMs, pingIntervalMs, pongTimeoutMs } = this.#context.limits;
    if (!this.#connected) {
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
    const commands = parseCommands(message, this.#context.limits.maxCommandsPerFrame);
    const replies: string[] = [];
    let end = commands === undefined ? protocol.BAD_REQUEST : this.#rate(commands.length);
    for (const command of commands ?? []) {
      if (end !== undefined) break;
      const answer = this.#handle(command);
      if (typeof answer === 'string') replies.push(answer);
      else end = answer;
    }
    const borrowed = this.#borrowed;
    this.#borrowed = 0;
    if (replies.length > 0) {
      this.write(textFrame(replies.join('\n')), () => this.#context.budget.giveBack(borrowed));
    }
    if (end !== undefined) this.disconnect(end);
  }

  #rate(commands: number): protocol.Disconnect | undefined {
    const now = performance.now();
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#commands = 0;
    }
    this.#commands += commands;
    return this.#commands > this.#context.limits.maxCommandsPerSecond ? protocol.TOO_MANY_COMMANDS : undefined;
  }

  /** @returns the reply, or how the connection must end, or nothing for a pong */
  #handle(command: protocol.Command): string | protocol.Disconnect | undefined {
    if (!this.#connected && command.type !== 'connect') return protocol.BAD_REQUEST;
    switch (command.type) {
      case 'connect':
        return this.#connect(command.id, command.token);
      case 'pong':
        if (this.#pongDue === undefined) return protocol.BAD_REQUEST;
        this.#pongDue = undefined;
        return undefined;
      case 'subscribe':
        return this.#subscribe(command);
      case 'unsubscribe':
        if (this.#subscriptions.delete(command.channel)) this.#updateTopics();
        return protocol.unsubscribeReply(command.id);
      case 'history':
        return this.#history(command);
      case 'publish':
        return protocol.errorReply(
          command.id,
          this.#context.channels.has(command.channel) ? protocol.PERMISSION_DENIED : protocol.UNKNOWN_CHANNEL,
        );
      case 'rpc':
        return protocol.errorReply(command.id, protocol.METHOD_NOT_FOUND);
      case 'presence':
      case 'presence_stats':
      case 'refresh':
      case 'sub_refresh':
        return protocol.errorReply(command.id, protocol.NOT_AVAILABLE);
      case 'send':
        return protocol.NO_MESSAGES;
    }
  }

  #connect(id: number, token: string): string | protocol.Disconnect {
    if (this.#connected) return protocol.BAD_REQUEST;
    if (token !== '') return protocol.INVALID_TOKEN;
    const { pingIntervalMs } = this.#context.limits;
    this.#connected = true;
    // Spread, so that clients which came back together are not pinged together.
    this.#nextPing = performance.now() + pingIntervalMs * (0.5 + Math.random() / 2);
    const ping = Math.ceil(pingIntervalMs / 1000);
    return protocol.connectReply(id, { client: randomUUID(), version: VERSION, ping, pong: true });
  }

  #subscribe({ id, channel, token, recover }: protocol.SubscribeCommand): string {
    const found = this.#context.channels.get(channel);
    if (found === undefined) return protocol.errorReply(id, protocol.UNKNOWN_CHANNEL);
    if (token !== '') return protocol.errorReply(id, protocol.PERMISSION_DENIED);
    if (this.#subscriptions.has(channel)) return protocol.errorReply(id, protocol.ALREADY_SUBSCRIBED);
    if (this.#subscriptions.size >= this.#context.limits.maxSubscriptions) {
      return protocol.errorReply(id, protocol.LIMIT_EXCEEDED);
    }
    this.#subscriptions.add(channel);
    this.#updateTopics();
    const missed = recover === undefined ? undefined : found.after(recover);
    const recovered = missed !== undefined && this.#borrow(missed) ? missed : undefined;
    // After a recovery the position is the one that the client came with: the publications move it on.
    const { epoch, offset } = found.position;
    const position = { epoch, offset: recovered === undefined ? offset : (recover?.offset ?? offset) };
    return protocol.subscribeReply(id, { position, wasRecovering: recover !== undefined, recovered });
  }

  #history({ id, channel, query }: protocol.HistoryCommand): string {
    const found = this.#context.channels.get(channel);
    if (found === undefined) return protocol.errorReply(id, protocol.UNKNOWN_CHANNEL);
    if (!this.#subscriptions.has(channel)) return protocol.errorReply(id, protocol.PERMISSION_DENIED);
    if (query.reverse && query.since?.offset === 0) return protocol.errorReply(id, protocol.INVALID_REQUEST);
    const publications = found.query(query);
    if (publications === undefined) return protocol.errorReply(id, protocol.UNRECOVERABLE_POSITION);
    if (!this.#borrow(publications)) return protocol.errorReply(id, protocol.TOO_MANY_REQUESTS);
    return protocol.historyReply(id, found.position, publications);
  }

  /** Whether old publications may be sent now without making this client, or all together, hold too much. */
  #borrow(publications: readonly Buffer[]): boolean {
    const bytes = publications.reduce((sum, json) => sum + json.length, 0);
    const waiting = this.#socket.writableLength + this.#borrowed;
    // Half leaves room for what is published meanwhile; a client must not be cut for what it had missed.
    if (bytes + waiting > this.#context.limits.maxBufferedBytes / 2 || !this.#context.budget.take(bytes)) return false;
    this.#borrowed += bytes;
    return true;
  }

  #updateTopics(): void {
    this.#topics = [...this.#subscriptions].sort().join(' ');
  }
}
