import type { IncomingMessage } from 'node:http';
import { clientKey } from '@tickwatch/core';

export interface GateOptions {
  /** Origins of other hosts whose pages may connect; `*` stands for any characters, as in Centrifugo. */
  readonly allowedOrigins: readonly string[];
  readonly maxClients: number;
  /** Per address, of IPv6 per /64; not for loopback, where a proxy that names nobody stands for many people. */
  readonly maxClientsPerAddress: number;
  /** Who asks, also behind a proxy; default: the peer of the connection. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

export const LIVE_PATH = '/connection/websocket';

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.)/;

/** Decides who may open a connection, and counts those who did. */
export class HubGate {
  readonly #options: GateOptions;
  readonly #origins: readonly RegExp[];
  readonly #byAddress = new Map<string, number>();
  #clients = 0;
  #refused = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#origins = options.allowedOrigins.map(originPattern);
  }

  get refused(): number {
    return this.#refused;
  }

  /** Why this upgrade must not happen; `undefined`: it may. */
  refusal(request: IncomingMessage): Refusal | undefined {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) this.#refused++;
    return refusal;
  }

  /** Counts a connection. @returns the function that ends it */
  enter(request: IncomingMessage): () => void {
    const address = clientKey(this.#addressOf(request));
    this.#clients++;
    this.#byAddress.set(address, this.#of(address) + 1);
    return () => {
      this.#clients--;
      const left = this.#of(address) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }

  #refusal(request: IncomingMessage): Refusal | undefined {
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    if (path !== LIVE_PATH) return { status: 404, reason: `the live connection is at ${LIVE_PATH}` };
    if (!this.#mayCome(request.headers.origin, request.headers.host)) {
      return { status: 403, reason: 'pages of this origin may not connect' };
    }
    if (!speaksJson(request.headers['sec-websocket-protocol'], query)) {
      return { status: 400, reason: 'only the JSON protocol is spoken here' };
    }
    const address = this.#addressOf(request);
    if (!LOOPBACK.test(address) && this.#of(clientKey(address)) >= this.#options.maxClientsPerAddress) {
      return { status: 429, reason: 'too many connections from this address' };
    }
    if (this.#clients >= this.#options.maxClients) return { status: 503, reason: 'too many connections' };
    return undefined;
  }

  /** Programs send no Origin; browsers always do, and cannot forge it. */
  #mayCome(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || isSameHost(origin, host)) return true;
    return this.#origins.some((pattern) => pattern.test(origin));
  }

  #addressOf(request: IncomingMessage): string {
    return this.#options.addressOf?.(request) ?? request.socket.remoteAddress ?? '';
  }

  #of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Parsed alike, so that neither case nor a default port makes a difference.
  const own = `${page.protocol}//${host}`;
  return page.host !== '' && URL.canParse(own) && new URL(own).host === page.host;
}

function originPattern(origin: string): RegExp {
  const parts = origin.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

function speaksJson(offered: string | undefined, query: string): boolean {
  const format = new URLSearchParams(query);
  if (format.get('format') === 'protobuf' || format.get('cf_protocol') === 'protobuf') return false;
  return offered === undefined || offered.split(',').some((name) => name.trim() === JSON_PROTOCOL);
}

export const JSON_PROTOCOL = 'centrifuge-json';
