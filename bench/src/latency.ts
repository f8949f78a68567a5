/** How long from publish to the browser's client, beside a bare chain through the same Centrifugo? */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { startCentrifugo } from '@tickwatch/test/servers';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { runProgram, startProgram, stopProgram } from './pipeline/child.ts';
import { type Servers, startServers } from './pipeline/servers.ts';
import { startSubscriberProcess } from './pipeline/subscriber-process.ts';

interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

type Centrifugo = Awaited<ReturnType<typeof startCentrifugo>>;

export interface LatencyOptions {
  readonly rates: readonly number[];
  readonly seconds: number;
}

/**
 * Each chain carries the same load for so long before it is measured: V8 compiles what runs often, which takes a process
 * that will run for days its first half minute and would be most of what a short run sees at its slow end.
 */
const WARM_UP_SECONDS = 30;

/** The rate at which the bare chain is measured beside: it does one request a tick and can't do many. */
const CHAIN_RATE = 48;

export async function latencyBench({ rates, seconds }: LatencyOptions): Promise<BenchTable> {
  await using servers = await startServers();
  await using centrifugo = await startCentrifugo();
  const chain = await throughChain(servers, centrifugo, seconds);
  const rows: BenchRow[] = [];
  for (const rate of rates) {
    const { p50, p99, p999 } = await throughTickwatch(servers, centrifugo, rate, seconds);
    const compared = rate === CHAIN_RATE;
    const row = (name: 'p50' | 'p99' | 'p999', value: number): BenchRow => ({
      question: `${rate} ticks/s, ${name === 'p999' ? 'p99.9' : name}`,
      value,
      unit: 'ms',
      ...(compared ? { beside: { name: 'bare chain', value: chain[name] } } : {}),
      ...(name === 'p99' && compared ? { goal: { atMost: 1.2 } } : {}),
      ...(name === 'p99' && rate === 10_000 ? { goal: { atMost: 25 } } : {}),
    });
    rows.push(row('p50', p50), row('p99', p99), row('p999', p999));
  }
  return {
    title: 'Latency, publish to client',
    rows,
    notes: [
      'The bare chain is a Redis subscription and one HTTP publish a tick, through the same Centrifugo. Both carried ' +
        `the same load for ${WARM_UP_SECONDS} s before.`,
    ],
  };
}

async function throughTickwatch(
  servers: Servers,
  centrifugo: Centrifugo,
  rate: number,
  seconds: number,
): Promise<Percentiles> {
  const live = { CENTRIFUGO_API_URL: centrifugo.apiUrl, CENTRIFUGO_API_KEY: centrifugo.apiKey };
  await using _subscriber = await startSubscriberProcess(servers, live);
  return await watch(servers, centrifugo, rate, seconds);
}

async function throughChain(servers: Servers, centrifugo: Centrifugo, seconds: number): Promise<Percentiles> {
  const args = [servers.redis.port, centrifugo.apiUrl, centrifugo.apiKey].map(String);
  const chain = startProgram('bench/src/latency/bare-chain.ts', args);
  try {
    if (chain.stdout !== null) await once(chain.stdout, 'data');
    return await watch(servers, centrifugo, CHAIN_RATE, seconds);
  } finally {
    await stopProgram(chain);
  }
}

async function watch(
  { redis }: Servers,
  { websocketUrl }: Centrifugo,
  rate: number,
  seconds: number,
): Promise<Percentiles> {
  const viewer = startProgram('bench/src/latency/latency-viewer.ts', [websocketUrl, String(WARM_UP_SECONDS)]);
  let output = '';
  viewer.stdout?.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  await wait(1500);
  await runProgram('bench/src/pipeline/load-publisher.ts', [redis.port, rate, WARM_UP_SECONDS + seconds, 6]);
  await wait(500);
  await stopProgram(viewer);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Percentiles;
}
