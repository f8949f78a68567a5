/**
 * The serving side of the fan-out bench, a process of its own: the embedded hub, or as its floor a plain `ws`
 * server that sends the same texts to everyone and does nothing else.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DecimalText,
  encodeLiveMessage,
  exchangeOf,
  type LaneName,
  laneName,
  nowMicros,
  type SequencedTick,
} from '@tickwatch/core';
import { createEmbeddedHub } from '@tickwatch/live';
import { WebSocketServer } from 'ws';

export type ServerKind = 'hub' | 'plain';

/** What the parent asks; each is answered with one {@link Answer}. */
export type Ask = { readonly ask: 'memory' } | { readonly ask: 'publish'; readonly load: Load };

export interface Load {
  readonly ticksPerSecond: number;
  /** Time between two handfuls of ticks, in ms. */
  readonly stepMs: number;
  readonly seconds: number;
}

export interface Answer {
  readonly port?: number;
  /** Resident bytes. */
  readonly rss?: number;
  /** CPU time that publishing took, all told. */
  readonly cpuSeconds?: number;
  readonly ticks?: number;
}

type Publish = (lane: LaneName, ticks: readonly SequencedTick[]) => void;

const EXCHANGES = ['NASDAQ', 'NYSE'];
const server = createServer().listen(0, '127.0.0.1');
const publish = process.argv[2] === 'plain' ? servePlain() : serveHub();
process.on('message', (ask: Ask) => void answer(ask).then((reply) => process.send?.(reply)));
process.once('disconnect', () => process.exit());
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port } satisfies Answer);

function serveHub(): Publish {
  // No pings: the bench's clients don't answer.
  const hub = createEmbeddedHub({ channels: EXCHANGES, pingIntervalMs: 600_000 });
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
  return (lane, ticks) => hub.publish(lane, ticks);
}

function servePlain(): Publish {
  const plain = new WebSocketServer({ server, perMessageDeflate: false });
  return (lane, ticks) => {
    const data = encodeLiveMessage(ticks);
    const message = Buffer.from(`{"push":{"channel":"${exchangeOf(lane)}","pub":{"data":${data},"offset":1}}}`);
    for (const client of plain.clients) client.send(message, { binary: false });
  };
}

async function answer(ask: Ask): Promise<Answer> {
  if (ask.ask === 'memory') {
    globalThis.gc?.();
    return { rss: process.memoryUsage().rss };
  }
  const before = process.cpuUsage();
  const ticks = await publishFor(ask.load);
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, ticks };
}

async function publishFor({ ticksPerSecond, stepMs, seconds }: Load): Promise<number> {
  const start = performance.now();
  let published = 0;
  for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - start) {
    const due = Math.floor((elapsed / 1000) * ticksPerSecond);
    const hands = new Map<string, SequencedTick[]>(EXCHANGES.map((exchange) => [exchange, []]));
    while (published < due) {
      const exchange = EXCHANGES[published % 2] as string;
      hands.get(exchange)?.push(makeTick(exchange, ++published));
    }
    for (const [exchange, ticks] of hands) if (ticks.length > 0) publish(laneName(exchange, 0), ticks);
    await delay(stepMs);
  }
  return published;
}

function makeTick(exchange: string, seq: number): SequencedTick {
  return { stock: `S${seq % 6}`, exchange, price: '220.40' as DecimalText, time: nowMicros(), seq };
}
