import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ALERTS_CHANNEL, type AlertFiring } from '@tickwatch/core';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { AlertChannel } from './alert-channel.ts';
import { alertBundles } from './alert-messages.ts';
import { ByteBudget } from './byte-budget.ts';
import { channelNames, type WatchedParts } from './channel-names.ts';
import { createPublisher } from './create-publisher.ts';
import { HubChannel } from './hub-channel.ts';
import { type ClientContext, type ClientLimits, HubClient } from './hub-client.ts';
import { type GateOptions, HubGate, JSON_PROTOCOL, type Refusal } from './hub-gate.ts';
import { SHUTDOWN } from './hub-protocol.ts';
import { HubReplays } from './hub-replays.ts';
import type { LiveEvent, LivePublisher } from './live-publisher.ts';
import { type Envelope, type LiveSender, type Outcome, SENT } from './live-sender.ts';
import type { ReplayChannels } from './replay-channels.ts';

/** The channels that exist are those of `WatchedParts`, and replays. */
export interface EmbeddedHubOptions extends WatchedParts, Partial<ClientLimits>, Partial<GateOptions> {
  readonly onEvent?: (event: LiveEvent) => void;
  /** Publications that each channel keeps for clients that were cut off, how long after the last one, and their bytes. */
  readonly historySize?: number;
  readonly historyTtlMs?: number;
  readonly historyMaxBytes?: number;
  /** Largest message of a client. */
  readonly maxMessageBytes?: number;
  /** Old publications that may wait unsent for all clients together. */
  readonly maxRecoveryBytes?: number;
}

export interface HubStats {
  readonly clients: number;
  readonly subscriptions: number;
  /** Connections since the start that were cut because they read too slowly, and that were turned away. */
  readonly slow: number;
  readonly refused: number;
}

/** A {@link LivePublisher} that serves its viewers itself. */
export interface EmbeddedHub extends LivePublisher {
  /** Closed with the hub. */
  readonly replays: ReplayChannels;
  /** Closed with the hub. */
  readonly alerts: AlertChannel;
  /** For the `upgrade` event of a `node:http` server; answers any other path than `/connection/websocket` with 404. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stats(): HubStats;
}

const DEFAULTS = {
  allowedOrigins: [],
  historySize: 100,
  historyTtlMs: 300_000,
  historyMaxBytes: 256 * 1024,
  maxClients: 10_000,
  maxClientsPerAddress: 1000,
  maxMessageBytes: 64 * 1024,
  // More than the largest message holds.
  maxCommandsPerSecond: 5000,
  // 128 exchanges and their boards, alerts, a replay, and lanes of two stocks.
  maxSubscriptions: 260,
  maxBufferedBytes: 4 * 1024 * 1024,
  // A second of 2 Mbit/s: whoever missed more is live sooner without it.
  maxRecoveryBytesPerClient: 256 * 1024,
  maxRecoveryBytes: 64 * 1024 * 1024,
  pingIntervalMs: 25_000,
  staleMs: 10_000,
  // Beside the live ticks of the same connection: little, and read.
  maxUnreadReplayBytes: 256 * 1024,
  replayHistoryMaxBytes: 2 * 1024 * 1024,
  replayCutWaitMs: 5000,
};

/** How long a closing handshake may take, in ms. */
const CLOSE_TIMEOUT = 2000;

/** Serves browsers what Centrifugo would: its client protocol in JSON, anonymous, read only, with recovery. */
export function createEmbeddedHub(options: EmbeddedHubOptions): EmbeddedHub {
  const hub = new HubServer(options);
  // The hub ends with the publisher of the exchanges.
  const shared: LiveSender = { send: (envelopes) => hub.send(envelopes), async [Symbol.asyncDispose]() {} };
  const publisher = createPublisher(hub, () => shared, options);
  return {
    publish: (lane, ticks) => publisher.publish(lane, ticks),
    drain: (timeoutMs) => publisher.drain(timeoutMs),
    status: () => publisher.status(),
    replays: hub.replays,
    alerts: { publish: async (firings) => hub.tell(firings), async [Symbol.asyncDispose]() {} },
    handleUpgrade: (request, socket, head) => hub.handleUpgrade(request, socket, head),
    stats: () => hub.stats(),
    [Symbol.asyncDispose]: () => publisher[Symbol.asyncDispose](),
  };
}

class HubServer implements LiveSender {
  readonly replays: HubReplays;
  readonly #channels: ReadonlyMap<string, HubChannel>;
  readonly #context: ClientContext;
  readonly #gate: HubGate;
  readonly #upgrader: WebSocketServer;
  readonly #clients = new Set<HubClient>();
  readonly #sweeper: NodeJS.Timeout;
  #slow = 0;
  #closed = false;
  #onEmpty: () => void = () => {};

  constructor(options: EmbeddedHubOptions) {
    const { historySize, historyTtlMs, historyMaxBytes, ...limits } = { ...DEFAULTS, ...options };
    const history = { size: historySize, ttlMs: historyTtlMs, maxBytes: historyMaxBytes };
    this.#channels = new Map(channelNames(options).map((name) => [name, new HubChannel(name, history)]));
    this.replays = new HubReplays(limits);
    this.#context = {
      channels: this.#channels,
      replays: this.replays,
      limits: { pongTimeoutMs: Math.min(8000, limits.pingIntervalMs * 0.4), ...limits },
      budget: new ByteBudget(limits.maxRecoveryBytes),
      onSlow: () => {
        this.#slow++;
      },
    };
    this.#gate = new HubGate(limits);
    const upgrader: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.maxMessageBytes,
      closeTimeout: CLOSE_TIMEOUT,
      handleProtocols: (offered) => offered.has(JSON_PROTOCOL) && JSON_PROTOCOL,
    };
    this.#upgrader = new WebSocketServer(upgrader);
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(1000, limits.pingIntervalMs / 5)).unref();
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until ws has taken over, a reset by the peer would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const refusal = this.#closed ? { status: 503, reason: 'shutting down' } : this.#gate.refusal(request);
    if (refusal !== undefined) refuse(socket, refusal);
    else this.#upgrader.handleUpgrade(request, socket, head, (ws) => this.#enter(ws, request, socket));
  }

  send(envelopes: readonly Envelope[]): readonly Outcome[] {
    const frames = new Map<string, Buffer[]>();
    const outcomes = envelopes.map(({ channels, data }): Outcome => {
      const [first] = channels;
      if (!this.#channels.has(first)) return { ok: false, retry: false, error: `there is no live channel ${first}` };
      for (const name of channels) {
        const frame = this.#channels.get(name)?.publish(data);
        if (frame === undefined) continue;
        const earlier = frames.get(name);
        if (earlier === undefined) frames.set(name, [frame]);
        else earlier.push(frame);
      }
      return SENT;
    });
    this.#deliver(frames);
    return outcomes;
  }

  /** Tells whoever listens to `alerts` of firings. @throws Error the hub is closed */
  tell(firings: readonly AlertFiring[]): void {
    if (this.#closed) throw new Error('the hub is closed');
    const channel = this.#channels.get(ALERTS_CHANNEL) as HubChannel;
    this.#deliver(new Map([[ALERTS_CHANNEL, alertBundles(firings).map(({ data }) => channel.publish(data))]]));
  }

  stats(): HubStats {
    let subscriptions = 0;
    for (const client of this.#clients) subscriptions += client.subscriptions.size;
    return { clients: this.#clients.size, subscriptions, slow: this.#slow, refused: this.#gate.refused };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const client of this.#clients) client.disconnect(SHUTDOWN);
    await this.replays[Symbol.asyncDispose]();
    if (this.#clients.size > 0) await empty;
  }

  /** One write per client and batch; clients of the same channels share the same bytes. */
  #deliver(frames: ReadonlyMap<string, readonly Buffer[]>): void {
    const shared = new Map<string, Buffer>();
    for (const client of this.#clients) {
      const { topics } = client;
      if (topics === '') continue;
      let bytes = shared.get(topics);
      if (bytes === undefined) {
        bytes = Buffer.concat([...frames].flatMap(([channel, own]) => (client.subscriptions.has(channel) ? own : [])));
        shared.set(topics, bytes);
      }
      if (bytes.length > 0) client.write(bytes);
    }
  }

  #enter(ws: WebSocket, request: IncomingMessage, socket: Duplex): void {
    const leave = this.#gate.enter(request);
    const client = new HubClient(ws, socket, this.#context);
    this.#clients.add(client);
    // ws closes the connection itself after a protocol error; without a listener it would be uncaught.
    ws.on('error', () => {});
    ws.on('close', (code) => {
      leave();
      client.closed(code);
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#onEmpty();
    });
  }

  #sweep(): void {
    const now = performance.now();
    for (const client of this.#clients) client.sweep(now);
  }
}

function refuse(socket: Duplex, { status, reason }: Refusal): void {
  const body = `${reason}\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
