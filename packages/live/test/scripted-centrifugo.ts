import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveMessage } from '@tickwatch/core';

export interface Publish {
  readonly channel: string;
  readonly data: LiveMessage;
  readonly idempotency_key?: string;
}

interface Broadcast extends Omit<Publish, 'channel'> {
  readonly channels: readonly string[];
}

interface Command {
  readonly publish?: Publish;
  readonly broadcast?: Broadcast;
  readonly info?: object;
}

export type Answer = (commands: readonly Command[], response: ServerResponse, request: IncomingMessage) => void;

/** Answers as Centrifugo does when all is well. */
export const accept: Answer = (commands, response) => reply(response, commands.map(taken));

export function taken({ info, broadcast }: Command): object {
  if (broadcast !== undefined) return { broadcast: { responses: broadcast.channels.map(() => ({ result: {} })) } };
  return info === undefined ? { publish: {} } : { info: {} };
}

export function reply(response: ServerResponse, replies: readonly object[]): void {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ replies }));
}

/** An HTTP server in the place of Centrifugo's API, which does what a real one will not do on demand. */
export class ScriptedCentrifugo implements AsyncDisposable {
  answer: Answer = accept;
  requests = 0;
  connections = 0;
  readonly paths: (string | undefined)[] = [];
  readonly keys: unknown[] = [];
  /** Publications of batches that were answered, in order of arrival; what was broadcast once for each channel. */
  readonly published: Publish[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #port = 0;

  async start(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    this.#server.on('connection', () => this.connections++);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get seqs(): readonly number[] {
    return this.published.flatMap(({ data }) => data.ticks.map(({ seq }) => seq));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    this.paths.push(request.url);
    this.keys.push(request.headers['x-api-key']);
    let body = '';
    for await (const chunk of request) body += chunk;
    const { commands } = JSON.parse(body) as { commands: readonly Command[] };
    this.answer(commands, response, request);
    if (response.statusCode !== 200 || !response.writableEnded) return;
    for (const { publish, broadcast } of commands) {
      if (publish !== undefined) this.published.push(publish);
      for (const channel of broadcast?.channels ?? []) this.published.push({ ...(broadcast as Broadcast), channel });
    }
  }
}
