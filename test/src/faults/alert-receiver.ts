import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from './database.ts';

const MAX_TOLD = 5;
/** Of what it is sent it refuses every so many, having read it. */
const REFUSES_EVERY = 7;

/** A webhook that all rules tell; it now and then fails, as one does. */
export class AlertReceiver implements AsyncDisposable {
  readonly #server: Server;
  /** What came, by its idempotency key. */
  readonly #came = new Map<string, Set<string>>();
  requests = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (++this.requests % REFUSES_EVERY === 0) return response.writeHead(503).end();
      const key = String(request.headers['idempotency-key']);
      const { id, rule_name, stock_name, price } = JSON.parse(body) as Readonly<Record<string, unknown>>;
      this.#came.set(key, (this.#came.get(key) ?? new Set()).add(`${id} ${stock_name} ${rule_name} at ${price}`));
      return response.end();
    });
  }

  /** Rules have to be there. */
  static async open(database: Database): Promise<AlertReceiver> {
    const receiver = new AlertReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.#server.address() as AddressInfo;
    await database.query(
      `WITH made AS (INSERT INTO alert_receivers (name, type, target) VALUES ('all', 'webhook', $1) RETURNING id)
       INSERT INTO alert_rule_receivers SELECT r.id, made.id FROM alert_rules AS r, made`,
      [`http://127.0.0.1:${port}/`],
    );
    return receiver;
  }

  /** How many different firings came. */
  get count(): number {
    return this.#came.size;
  }

  /** Compares what came with what fired; nothing may be on its way any more. */
  async audit(database: Database): Promise<{ readonly note: string; readonly problems: readonly string[] }> {
    const fired = await database.query<{ id: string; what: string }>(
      `SELECT id, concat(id, ' ', stock_name, ' ', rule_name, ' at ', price) AS what FROM alert_firings`,
    );
    const missing = fired.filter(({ id }) => !this.#came.has(id));
    const known = new Map(fired.map(({ id, what }) => [id, what]));
    const wrong = [...this.#came].filter(([key, whats]) => whats.size !== 1 || !whats.has(known.get(key) ?? ''));
    return {
      note: `${this.count} alerts came to a webhook, in ${this.requests} tries; ${fired.length} fired`,
      problems: [
        ...(missing.length > 0
          ? [`${missing.length} alerts never came: ${told(missing.map(({ what }) => what))}`]
          : []),
        ...(wrong.length > 0 ? [`${wrong.length} came that did not fire so: ${told(wrong.map(([key]) => key))}`] : []),
      ],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function told(all: readonly string[]): string {
  return all.slice(0, MAX_TOLD).join(', ');
}
