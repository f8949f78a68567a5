import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ResourceStack } from '@tickwatch/runtime';
import { type CentrifugoServer, type RedisServer, startCentrifugo, startRedis } from '@tickwatch/test/servers';
import { runProgram, startProgram, stopProgram } from '../pipeline/child.ts';
import { startServers } from '../pipeline/servers.ts';
import { startSubscriberProcess } from '../pipeline/subscriber-process.ts';

/** In ms, from a tick's own time to its arrival at the viewer. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** All that a tick passes from its publisher to one viewer. Nothing of it is shared with another chain. */
export interface TickChain extends AsyncDisposable {
  /** Publishes so many ticks a second for so long. */
  carry(rate: number, seconds: number): Promise<void>;
  /** Of all that was carried so far. To be asked once, at the end. */
  percentiles(): Promise<Percentiles>;
}

/** @param leaveOut ticks at the beginning that don't count */
export function openBareChain(leaveOut: number): Promise<TickChain> {
  return ResourceStack.open(async (opened) => {
    const redis = opened.use(await startRedis());
    const centrifugo = opened.use(await startCentrifugo());
    const args = [redis.port, centrifugo.apiUrl, centrifugo.apiKey].map(String);
    const chain = startProgram('bench/src/latency/bare-chain.ts', args);
    opened.defer(() => stopProgram(chain));
    if (chain.stdout !== null) await once(chain.stdout, 'data');
    return await watched(redis, centrifugo, leaveOut, opened);
  });
}

/** Through a subscriber with everything that it does: spool, storage, rollups. */
export function openTickwatchChain(leaveOut: number): Promise<TickChain> {
  return ResourceStack.open(async (opened) => {
    const servers = opened.use(await startServers());
    const centrifugo = opened.use(await startCentrifugo());
    const env = { CENTRIFUGO_API_URL: centrifugo.apiUrl, CENTRIFUGO_API_KEY: centrifugo.apiKey };
    opened.use(await startSubscriberProcess(servers, { env }));
    return await watched(servers.redis, centrifugo, leaveOut, opened);
  });
}

async function watched(
  redis: RedisServer,
  { websocketUrl }: CentrifugoServer,
  leaveOut: number,
  opened: ResourceStack,
): Promise<TickChain> {
  const viewer = startProgram('bench/src/latency/latency-viewer.ts', [websocketUrl, String(leaveOut)]);
  opened.defer(() => stopProgram(viewer));
  let output = '';
  viewer.stdout?.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  await wait(1500);
  return {
    async carry(rate, seconds) {
      await runProgram('bench/src/pipeline/load-publisher.ts', [redis.port, rate, seconds, 6]);
      await wait(500);
    },
    async percentiles() {
      await stopProgram(viewer);
      return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Percentiles;
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
