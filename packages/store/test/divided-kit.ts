import { type EpochMicros, lanesOf, lanesOfNode, MICROS_PER_DAY } from '@tickwatch/core';
import { createNodesReader, createNodeTail, divideStore, type NodeReader, type TickReader } from '../src/index.ts';
import { COUNT, dayText, LANES, OLD, randomTicks, storeRound, TODAY, tailOfLanes } from './nodes-kit.ts';
import { openReader } from './reading-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

export const NODES = [0, 1, 2].map((index) => ({ index, count: COUNT }));
export const YESTERDAY = (TODAY - MICROS_PER_DAY) as EpochMicros;
export const STALL = { stallMs: 30_000 };
const ROUNDS = [randomTicks(OLD, 500, 1), randomTicks(YESTERDAY, 400, 501), randomTicks(YESTERDAY, 200, 901)];
const TAIL = randomTicks(YESTERDAY, 60, 1101);
export const TICKS = ROUNDS.flat();

/** The same ticks in one database and in three that share its lanes. */
export interface Divided extends AsyncDisposable {
  readonly server: TestServer;
  readonly one: TickReader;
  readonly nodes: TickReader;
  readonly urls: readonly string[];
  readonly ruleId: string;
}

/** One of each node, in the order of the addresses, with the tail of its lanes. */
export function readersOf(urls: readonly string[]): readonly NodeReader[] {
  return urls.map((url, i) => {
    const node = NODES[i] ?? { index: 0, count: 1 };
    return openReader(url, { node, tails: [createNodeTail(tailOfLanes(TAIL, lanesOfNode(LANES, node)), node)] });
  });
}

/** Divided when a day is sealed; each gets ticks afterwards. */
export async function divide(): Promise<Divided> {
  const server = await startTestServer();
  const whole = await openTestStore(server);
  const receiver = { name: 'Desk', type: 'webhook', target: 'https://desk.example/', secret: 'key' } as const;
  const receivers = [await whole.store.alertAdmin.addReceiver(receiver)];
  const rule = { name: 'Rule', definition: { name: 'Rule' }, isEnabled: true, receivers };
  const ruleId = await whole.store.alertAdmin.addRule(rule);
  await whole.store.ensurePartitions([OLD, YESTERDAY].map(dayText));
  const [first = [], ...others] = ROUNDS;
  await storeRound(whole.url, undefined, 0, first, ruleId);
  await whole.store.sealDay(dayText(OLD));
  await whole.store[Symbol.asyncDispose]();
  const urls: string[] = [];
  for (const _ of NODES) urls.push(await copyOf(server, whole.url));
  await divideStore({ urls, isDryRun: false });
  for (const [i, ticks] of others.entries()) {
    await storeRound(whole.url, undefined, i + 1, ticks, ruleId);
    for (const [node, url] of urls.entries()) await storeRound(url, node, i + 1, ticks, ruleId);
  }
  const one = openReader(whole.url, { tails: [tailOfLanes(TAIL, lanesOf(LANES))] });
  const nodes = createNodesReader(readersOf(urls), STALL);
  return {
    server,
    one,
    nodes,
    urls,
    ruleId,
    async [Symbol.asyncDispose]() {
      for (const part of [one, nodes, server]) await part[Symbol.asyncDispose]();
    },
  };
}

async function copyOf(server: TestServer, url: string): Promise<string> {
  const copy = await server.createDatabase();
  const name = (address: string): string => new URL(address).pathname.slice(1);
  const admin = url.replace(name(url), 'postgres');
  await ask(admin, `DROP DATABASE ${name(copy)}`);
  await ask(admin, `CREATE DATABASE ${name(copy)} TEMPLATE ${name(url)}`);
  return copy;
}
