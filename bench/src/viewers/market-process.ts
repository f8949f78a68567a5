/**
 * What a subscriber does for viewers, as a process of its own: many stocks at a pace, published to the embedded hub, or to the
 * Centrifugo that its one argument names in JSON.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type DecimalText, laneName, nowMicros, type SequencedTick } from '@tickwatch/core';
import { createCentrifugoPublisher, createEmbeddedHub, DEFAULT_BOARD_BYTES, type LivePublisher } from '@tickwatch/live';

/** What the parent asks; answered with an {@link Answer}. The process itself begins with one that says where to connect. */
export interface Load {
  readonly stocks: number;
  readonly ticksPerSecond: number;
  readonly seconds: number;
}

export interface Answer {
  readonly url?: string;
  readonly ticks?: number;
}

export interface Server {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly websocketUrl: string;
}

const EXCHANGES = ['NASDAQ', 'NYSE'];
const STEP_MS = 10;
/** After a stall the market goes on, instead of sending at once what it did not: that would be conflated. */
const MOST_AT_ONCE = 1000;
const told = { lanes: new Map(EXCHANGES.map((exchange) => [exchange, 1])), boardBytesPerSecond: DEFAULT_BOARD_BYTES };

const given = process.argv[2];
const { publisher, url } = given === undefined ? await openHub() : openCentrifugo(JSON.parse(given) as Server);
process.on('message', (load: Load) => void publish(load).then((ticks) => process.send?.({ ticks } satisfies Answer)));
process.once('disconnect', () => process.exit());
process.send?.({ url } satisfies Answer);

async function openHub(): Promise<{ publisher: LivePublisher; url: string }> {
  const hub = createEmbeddedHub({ channels: EXCHANGES, ...told });
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
  await once(server, 'listening');
  return { publisher: hub, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connection/websocket` };
}

function openCentrifugo({ websocketUrl, ...where }: Server): { publisher: LivePublisher; url: string } {
  return { publisher: createCentrifugoPublisher({ ...where, ...told }), url: websocketUrl };
}

async function publish({ stocks, ticksPerSecond, seconds }: Load): Promise<number> {
  const start = performance.now();
  let published = 0;
  let before = start;
  while (before - start < seconds * 1000) {
    const now = performance.now();
    const due = published + Math.min(MOST_AT_ONCE, Math.round(((now - before) / 1000) * ticksPerSecond));
    before = now;
    const hands = new Map<string, SequencedTick[]>(EXCHANGES.map((exchange) => [exchange, []]));
    while (published < due) {
      const exchange = EXCHANGES[published % 2] as string;
      hands.get(exchange)?.push(makeTick(exchange, ++published, stocks));
    }
    for (const [exchange, ticks] of hands) publisher.publish(laneName(exchange, 0), ticks);
    await delay(STEP_MS);
  }
  return published;
}

function makeTick(exchange: string, seq: number, stocks: number): SequencedTick {
  const price = `${100 + (seq % 400)}.${10 + (seq % 90)}` as DecimalText;
  return { stock: `STK${seq % stocks}`, exchange, price, time: nowMicros(), seq };
}
