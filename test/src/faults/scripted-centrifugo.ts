import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from './database.ts';
import { NumberedTicks } from './numbered-ticks.ts';

interface LiveTick {
  readonly price: string | number;
  readonly seq: number;
}

interface Data {
  /** Of a board only how many there were. */
  readonly ticks: readonly LiveTick[] | number;
}

interface Command {
  readonly publish?: { readonly data: Data };
  /** To an exchange and to one of its lanes. */
  readonly broadcast?: { readonly channels: readonly string[]; readonly data: Data };
}

/** What it does with a request: answer as Centrifugo, never answer, or answer with this HTTP status. */
export type Mood = 'well' | 'hanging' | 500 | 401;

/** Stands where Centrifugo's HTTP API is expected and fails as told. Remembers each numbered tick that it accepted. */
export class ScriptedCentrifugo implements AsyncDisposable {
  mood: Mood = 'well';
  /** Ticks in publications that it accepted. */
  ticks = 0;
  /** By a tick's number: the `seq` that it came with, and when, ms. */
  readonly accepted = new Map<number, { readonly seq: number; readonly at: number }>();
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

  /**
   * What is wrong where a tick went live with another number than it is stored with.
   * @param isExcepted ticks that Pub/Sub told to one that was killed, and to others, who number by themselves
   */
  async otherNumbers(database: Database, isExcepted = (_n: number): boolean => false): Promise<readonly string[]> {
    const rows = await database.query<{ n: number; seq: string }>(
      `SELECT price::int AS n, seq FROM stock_prices WHERE ${NumberedTicks.IS_NUMBERED}`,
    );
    const other = rows.filter(
      ({ n, seq }) => (this.accepted.get(n)?.seq ?? Number(seq)) !== Number(seq) && !isExcepted(n),
    );
    return other.length === 0 ? [] : [`${other.length} ticks went live with another seq than they are stored with`];
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
      const replies = commands.map(({ publish, broadcast }) => {
        const { ticks = [] } = (publish ?? broadcast)?.data ?? {};
        if (typeof ticks !== 'number') this.#accept(ticks);
        if (broadcast !== undefined)
          return { broadcast: { responses: broadcast.channels.map(() => ({ result: {} })) } };
        return publish === undefined ? { info: {} } : { publish: {} };
      });
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ replies }));
    } catch {
      response.destroy();
    }
  }

  #accept(ticks: readonly LiveTick[]): void {
    const at = Date.now();
    this.ticks += ticks.length;
    for (const { price, seq } of ticks) this.accepted.set(Number(price), { seq, at });
  }
}
