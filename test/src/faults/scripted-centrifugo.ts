import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Command {
  readonly publish?: { readonly data: { readonly ticks: readonly { readonly seq: number }[] } };
}

/** What it does with a request: answer as Centrifugo, never answer, or answer with this HTTP status. */
export type Mood = 'well' | 'hanging' | 500 | 401;

/** Stands where Centrifugo's HTTP API is expected and fails as told. */
export class ScriptedCentrifugo implements AsyncDisposable {
  mood: Mood = 'well';
  /** Ticks in publications that it accepted. */
  ticks = 0;
  #server = createServer((request, response) => void this.#serve(request, response));
  #port = 0;

  async listen(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  get env(): Readonly<Record<string, string>> {
    return {
      CENTRIFUGO_API_URL: `http://127.0.0.1:${this.#port}`,
      CENTRIFUGO_API_KEY: 'key',
      CENTRIFUGO_TIMEOUT_MS: '1000',
    };
  }

  /** Refuses connections from now on, until it listens again. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (this.mood === 'hanging') return;
      if (this.mood !== 'well') {
        response.writeHead(this.mood).end();
        return;
      }
      const { commands } = JSON.parse(body) as { commands: readonly Command[] };
      for (const { publish } of commands) this.ticks += publish?.data.ticks.length ?? 0;
      const replies = commands.map(({ publish }) => (publish === undefined ? { info: {} } : { publish: {} }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ replies }));
    } catch {
      response.destroy();
    }
  }
}
