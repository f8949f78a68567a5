import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as later } from 'node:timers/promises';
import { type DecimalText, type EpochMicros, nowMicros } from '@tickwatch/core';
import { createLogger, createMetrics, EnvReader } from '@tickwatch/runtime';
import type { OutboxReceiver, StoredFiring } from '@tickwatch/store';
import {
  type Notifier,
  type NotifierConfig,
  type NotifierOverrides,
  notifierConfig,
  startNotifier,
} from '../src/index.ts';

export function firing(text = 'AAPL crossed 230 from below: 230.05', given: Partial<StoredFiring> = {}): StoredFiring {
  return {
    id: randomUUID(),
    ruleId: randomUUID(),
    ruleName: 'AAPL above 230',
    exchange: 'NASDAQ',
    stock: 'AAPL',
    time: 1_795_000_000_123_456 as EpochMicros,
    seq: 17,
    price: '230.05' as DecimalText,
    text,
    recordedAt: nowMicros(),
    ...given,
  };
}

export function receiver(
  type: OutboxReceiver['type'],
  target: string,
  given: Partial<OutboxReceiver> = {},
): OutboxReceiver {
  return { id: randomUUID(), name: 'desk', type, target, secret: 'a secret of the desk', ...given };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
}

type Answer = (response: ServerResponse, received: Received) => void;

/** An HTTP server that keeps what it is sent, and answers as a test wants it. */
export async function httpReceiver(answer: Answer = (response) => response.end()): Promise<HttpReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one = { path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

export interface TestNotifier extends AsyncDisposable {
  readonly notifier: Notifier;
  /** Its log so far. */
  readonly log: () => string;
  readonly metrics: () => Promise<string>;
}

/** A notifier without a port that may send to this machine. */
export async function testNotifier(
  overrides: Omit<NotifierOverrides, 'log' | 'registry' | 'listen'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestNotifier> {
  const lines: string[] = [];
  const registry = createMetrics('test');
  const notifier = await startNotifier(config(settings), {
    ...overrides,
    log: createLogger('test', { write: (line) => lines.push(line) }),
    registry,
    listen: false,
  });
  return {
    notifier,
    log: () => lines.join(''),
    metrics: () => registry.metrics(),
    [Symbol.asyncDispose]: () => notifier[Symbol.asyncDispose](),
  };
}

function config(settings: Readonly<Record<string, string>>): NotifierConfig {
  const env = new EnvReader({ ALERT_PRIVATE_TARGETS: '127.0.0.0/8', ALERT_MAIL_EVERY_MS: '0', ...settings });
  const read = notifierConfig(env);
  env.finish();
  return read;
}

/** Polls until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await later(5);
  }
}
