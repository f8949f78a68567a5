import { randomUUID } from 'node:crypto';
import { boardChannel, laneChannel } from '@tickwatch/core';
import type { ByteBudget } from './byte-budget.ts';
import type { HubChannel, Position } from './hub-channel.ts';
import * as protocol from './hub-protocol.ts';
import type { ReplayListener } from './hub-replay.ts';
import type { HubReplays } from './hub-replays.ts';
import { isReplayName, REPLAY_PREFIX } from './replay-channels.ts';

export interface SessionLimits {
  readonly pingIntervalMs: number;
  readonly maxSubscriptions: number;
  /** Unsent bytes beyond which a client gets no old publications: it loads history, and is live at once. */
  readonly maxRecoveryBytesPerClient: number;
  /** So many more where a replay's are among them: of a replay nothing may be missing. */
  readonly replayHistoryMaxBytes: number;
}

export interface SessionContext {
  readonly channels: ReadonlyMap<string, HubChannel>;
  readonly replays: HubReplays;
  readonly limits: SessionLimits;
  /** For replies with old publications: unlike new ones, each client holds a copy of its own. */
  readonly budget: ByteBudget;
}

const VERSION = 'tickwatch';
const BOARD_PREFIX = boardChannel('');
const LANE_PREFIX = laneChannel('');

/** What one client has asked for so far, and what it is answered, as a Centrifugo with the shipped settings would. */
export class HubSession {
  readonly subscriptions = new Set<string>();
  readonly #context: SessionContext;
  readonly #unsent: () => number;
  readonly #listener: ReplayListener;
  /** Replays that were begun in this message; their publications must not overtake the reply. */
  #begun: (() => void)[] = [];
  #connected = false;
  #topics = '';
  /** Bytes of old publications in the answers to this message: of all channels, and of the exchanges. */
  #borrowed = 0;
  #borrowedLive = 0;

  /** @param unsent bytes that wait for this client */
  constructor(context: SessionContext, listener: ReplayListener, unsent: () => number) {
    this.#context = context;
    this.#listener = listener;
    this.#unsent = unsent;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  /** Equal for clients with the same exchanges; empty: none. */
  get topics(): string {
    return this.#topics;
  }

  /** @returns the reply, or how the connection must end */
  answer(command: Exclude<protocol.Command, { readonly type: 'pong' }>): string | protocol.Disconnect {
    if (!this.#connected && command.type !== 'connect') return protocol.BAD_REQUEST;
    switch (command.type) {
      case 'connect':
        return this.#connect(command);
      case 'subscribe':
        return this.#subscribe(command);
      case 'unsubscribe':
        this.leave(command.channel);
        return protocol.unsubscribeReply(command.id);
      case 'publish':
        return this.#refuse(command, command.isEmpty ? protocol.INVALID_REQUEST : protocol.PERMISSION_DENIED);
      case 'history':
        return this.#refuse(command, protocol.PERMISSION_DENIED);
      case 'presence':
      case 'presence_stats':
        return this.#refuse(
          command,
          isReplayName(command.channel) ? protocol.PERMISSION_DENIED : protocol.NOT_AVAILABLE,
        );
      case 'rpc':
        return protocol.errorReply(command.id, protocol.NOT_AVAILABLE);
      case 'refresh':
        return command.token === '' ? protocol.BAD_REQUEST : protocol.INVALID_TOKEN;
      case 'sub_refresh':
        if (!this.subscriptions.has(command.channel)) {
          return protocol.errorReply(command.id, protocol.PERMISSION_DENIED);
        }
        return command.token === ''
          ? protocol.errorReply(command.id, protocol.INVALID_REQUEST)
          : protocol.INVALID_TOKEN;
      case 'send':
        return protocol.NO_MESSAGES;
    }
  }

  /** Bytes of the shared budget in the answers since the last call, to be given back when they are sent. */
  takeBorrowed(): number {
    const borrowed = this.#borrowed;
    this.#borrowed = 0;
    this.#borrowedLive = 0;
    return borrowed;
  }

  /** To be called when the replies are written: from then on the replays among the channels are heard. */
  begin(): void {
    const begun = this.#begun;
    this.#begun = [];
    for (const enter of begun) enter();
  }

  /** @param wasCut the connection ended without a word */
  leave(channel: string, wasCut = false): void {
    if (!this.subscriptions.delete(channel)) return;
    this.#context.replays.get(channel)?.leave(this.#listener, wasCut);
    this.#updateTopics();
  }

  end(wasCut = false): void {
    for (const channel of [...this.subscriptions]) this.leave(channel, wasCut);
  }

  #connect({ id, token, subs }: protocol.ConnectCommand): string | protocol.Disconnect {
    if (this.#connected) return protocol.BAD_REQUEST;
    if (token !== '') return protocol.INVALID_TOKEN;
    if (subs.some(([name]) => isNamespaced(name) && !isOfNamespace(name))) return protocol.BAD_REQUEST;
    // Names of no channel are passed over.
    const wanted = subs.flatMap(([name, recover]) => {
      const channel = this.#find(name);
      return channel === undefined ? [] : [{ name, channel, recover }];
    });
    const { pingIntervalMs, maxSubscriptions } = this.#context.limits;
    if (wanted.length > maxSubscriptions) return protocol.CHANNEL_LIMIT;
    this.#connected = true;
    return protocol.connectReply(id, {
      ...{ client: randomUUID(), version: VERSION, ping: Math.ceil(pingIntervalMs / 1000), pong: true },
      subs: wanted.map(({ name, channel, recover }) => [name, this.#join(name, channel, recover)]),
    });
  }

  #subscribe({ id, channel, token, recover }: protocol.SubscribeCommand): string {
    if (this.subscriptions.has(channel)) return protocol.errorReply(id, protocol.ALREADY_SUBSCRIBED);
    if (this.subscriptions.size >= this.#context.limits.maxSubscriptions) {
      return protocol.errorReply(id, protocol.LIMIT_EXCEEDED);
    }
    const found = this.#find(channel);
    if (found === undefined) return protocol.errorReply(id, unknown(channel));
    if (token !== '') return protocol.errorReply(id, protocol.PERMISSION_DENIED);
    return protocol.subscribeReply(id, this.#join(channel, found, recover));
  }

  #join(name: string, channel: HubChannel, recover: Position | undefined): protocol.SubscribeResult {
    this.subscriptions.add(name);
    this.#updateTopics();
    const missed = recover === undefined ? undefined : channel.after(recover);
    const recovered = missed !== undefined && this.#borrow(missed, isReplayName(name)) ? missed : undefined;
    this.#listen(name, recovered);
    // After a recovery the position is the one that the client came with: the publications move it on.
    const { epoch, offset } = channel.position;
    const position = { epoch, offset: recovered === undefined ? offset : (recover?.offset ?? offset) };
    return { position, wasRecovering: recover !== undefined, recovered };
  }

  #refuse({ id, channel }: { readonly id: number; readonly channel: string }, error: protocol.CommandError): string {
    return protocol.errorReply(id, this.#find(channel) === undefined ? unknown(channel) : error);
  }

  #find(name: string): HubChannel | undefined {
    return this.#context.channels.get(name) ?? this.#context.replays.get(name)?.history;
  }

  /** @param recovered what it is sent of what it missed */
  #listen(name: string, recovered: readonly Buffer[] | undefined): void {
    const replay = this.#context.replays.get(name);
    if (replay === undefined) return;
    this.#begun.push(() => {
      if (!this.subscriptions.has(name)) return;
      const missed = recovered === undefined ? undefined : bytesOf(recovered);
      this.#listener.window.sent(missed ?? 0);
      replay.enter(this.#listener, missed);
    });
  }

  /** Whether old publications may be sent now without making this client, or all together, hold too much. */
  #borrow(publications: readonly Buffer[], ofReplay: boolean): boolean {
    const bytes = bytesOf(publications);
    if (bytes === 0) return true;
    const { limits, budget } = this.#context;
    // An exchange is recovered as it would be without the replay beside it.
    const others = ofReplay ? this.#borrowed : this.#borrowedLive;
    const most = limits.maxRecoveryBytesPerClient + (ofReplay ? limits.replayHistoryMaxBytes : 0);
    if (bytes + this.#unsent() + others > most || !budget.take(bytes)) return false;
    this.#borrowed += bytes;
    if (!ofReplay) this.#borrowedLive += bytes;
    return true;
  }

  #updateTopics(): void {
    this.#topics = [...this.subscriptions]
      .filter((name) => !isReplayName(name))
      .sort()
      .join(' ');
  }
}

function bytesOf(publications: readonly Buffer[]): number {
  return publications.reduce((sum, json) => sum + json.length, 0);
}

/** What stands before a colon is a namespace to Centrifugo, and there are three; other names don't fit its expressions. */
function unknown(channel: string): protocol.CommandError {
  const hasShape = isReplayName(channel) || !isOfNamespace(channel);
  return isNamespaced(channel) && hasShape ? protocol.UNKNOWN_CHANNEL : protocol.INVALID_REQUEST;
}

function isOfNamespace(channel: string): boolean {
  return [REPLAY_PREFIX, BOARD_PREFIX, LANE_PREFIX].some((prefix) => channel.startsWith(prefix));
}

function isNamespaced(channel: string): boolean {
  return channel.includes(':');
}
