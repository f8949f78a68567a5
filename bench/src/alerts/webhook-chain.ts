import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore } from '@tickwatch/store';
import { freePort, until } from '@tickwatch/test/servers';
import { startProgram, stopProgram } from '../pipeline/child.ts';
import type { Servers } from '../pipeline/servers.ts';

/** Beside all other stocks, which are called otherwise. */
const STOCK = 'CROSSES';
const LEVEL = 100;
const EVERY_MS = 80;

/** A stock that crosses a level again and again, and a receiver that is told by a webhook. */
export interface WebhookChain extends AsyncDisposable {
  /** Publishes so many crossings. @returns for each, ms from its publishing until it came */
  cross(times: number): Promise<readonly number[]>;
}

/** @param databaseUrl of the subscriber that judges */
export function openWebhookChain({ redis }: Servers, databaseUrl: string): Promise<WebhookChain> {
  return ResourceStack.open(async (opened) => {
    /** By price: when its crossing arrived. */
    const arrivals = new Map<string, number>();
    const receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { price } = JSON.parse(body) as { readonly price: string };
      if (!arrivals.has(price)) arrivals.set(price, performance.now());
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    opened.defer(() => new Promise<void>((resolve) => receiver.close(() => resolve())));
    opened.defer(async () => receiver.closeAllConnections());
    await makeRule(databaseUrl, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
    await startNotifierProcess(databaseUrl, opened);
    const client = createClient({ url: redis.url });
    await client.connect();
    opened.defer(async () => client.destroy());
    const publish = (price: string): Promise<number> => client.publish('NASDAQ', `${STOCK}:${price}`);
    // The first price of a stock only says on which side it is.
    await publish(String(LEVEL - 1));
    let crossings = 0;
    return {
      async cross(times) {
        const published = new Map<string, number>();
        for (let i = 0; i < times; i++) {
          const price = String(LEVEL + (++crossings % 2 === 0 ? -1 : 1) - crossings / 1e6);
          published.set(price, performance.now());
          await publish(price);
          await wait(EVERY_MS);
        }
        const all = async (): Promise<boolean> => [...published.keys()].every((price) => arrivals.has(price));
        await until(all, { timeoutMs: 30_000, what: `${times} firings at the webhook` });
        return [...published].map(([price, time]) => (arrivals.get(price) ?? Number.NaN) - time);
      },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  });
}

async function makeRule(connectionString: string, target: string): Promise<void> {
  await using store = createPostgresStore({ connectionString, applicationName: 'bench' });
  const receiver = { name: 'bench', type: 'webhook', target, secret: 'of the bench, and not secret' } as const;
  const definition = {
    name: 'crosses',
    condition: { type: 'price_crosses', direction: 'either', level: String(LEVEL), hysteresis: '0' },
    stocks: [STOCK],
    once: false,
    rearm_seconds: 0,
  };
  const receivers = [await store.alertAdmin.addReceiver(receiver)];
  await store.alertAdmin.addRule({ name: 'crosses', definition, isEnabled: true, receivers });
}

async function startNotifierProcess(databaseUrl: string, opened: ResourceStack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-bench-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: String(port), ALERT_PRIVATE_TARGETS: '127.0.0.1' };
  const child = startProgram('services/notifier/src/main.ts', [], { env });
  child.stdout?.resume();
  opened.defer(() => stopProgram(child));
  const ready = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return answer?.ok === true;
  };
  await until(ready, { timeoutMs: 30_000, what: 'readiness of the notifier' });
}
