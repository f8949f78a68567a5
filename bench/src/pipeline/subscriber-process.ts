import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '@tickwatch/core';
import { freePort, until } from '@tickwatch/test/servers';
import { startProgram, stopProgram } from './child.ts';
import type { Servers } from './servers.ts';

export interface Totals {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly refused: number;
  readonly waiting: number;
}

/** A subscriber as a process of its own on a fresh database, with its figures. */
export interface SubscriberProcess extends AsyncDisposable {
  readonly port: number;
  readonly databaseUrl: string;
  totals(): Promise<Totals>;
  usage(): Promise<{ readonly cpuSeconds: number; readonly memoryMegabytes: number }>;
  /** Seconds of each insert so far, from its log. */
  readonly insertSeconds: readonly number[];
}

export async function startSubscriberProcess(
  { redis, postgres }: Servers,
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<SubscriberProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-bench-'));
  const port = await freePort();
  const databaseUrl = await postgres.createDatabase();
  const own = { REDIS_URL: redis.url, DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: String(port) };
  const child = startProgram('services/subscriber/src/main.ts', [], { ...own, ...env }, nodeFlags);
  const insertSeconds: number[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const [, value] of String(chunk).matchAll(/"metric":"insert_latency","value":([\d.e-]+)/g)) {
      insertSeconds.push(Number(value));
    }
  });
  const ledger = async () => (await read(port, '/ledger').then(JSON.parse)) as Ledger & LedgerStates;
  const usage = async () => {
    const text = await read(port, '/metrics');
    return {
      cpuSeconds: metric(text, 'process_cpu_seconds_total'),
      memoryMegabytes: metric(text, 'process_resident_memory_bytes') / 1e6,
    };
  };
  await until(async () => (await ledger()).ownership === 'owner', { timeoutMs: 30_000, what: 'ownership' });
  return {
    port,
    databaseUrl,
    insertSeconds,
    usage,
    totals: async () => (await ledger()).total,
    async [Symbol.asyncDispose]() {
      await stopProgram(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface LedgerStates {
  readonly ownership: string;
  readonly total: Totals;
}

async function read(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 'NaN');
}
