import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@tickwatch/test/servers';
import { type ProgramOptions, startProgram, stopProgram } from './child.ts';
import type { Servers } from './servers.ts';

/** Of the ledger; counts are ticks. */
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
  { env, ...options }: ProgramOptions = {},
): Promise<SubscriberProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-bench-'));
  const port = await freePort();
  const databaseUrl = await postgres.createDatabase();
  const own = { REDIS_URL: redis.url, DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: String(port) };
  const child = startProgram('services/subscriber/src/main.ts', [], { ...options, env: { ...own, ...env } });
  const insertSeconds: number[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const [, value] of String(chunk).matchAll(/"metric":"insert_latency","value":([\d.e-]+)/g)) {
      insertSeconds.push(Number(value));
    }
  });
  const usage = async () => {
    const text = await read(port, '/metrics');
    return {
      cpuSeconds: metric(text, 'process_cpu_seconds_total'),
      memoryMegabytes: metric(text, 'process_resident_memory_bytes') / 1e6,
    };
  };
  const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await until(ready, { timeoutMs: 30_000, what: 'readiness' });
  return {
    port,
    databaseUrl,
    insertSeconds,
    usage,
    totals: async () => (JSON.parse(await read(port, '/ledger')) as { readonly total: Totals }).total,
    async [Symbol.asyncDispose]() {
      await stopProgram(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function read(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 'NaN');
}
