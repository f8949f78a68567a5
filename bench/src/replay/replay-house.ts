import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Replay } from '@tickwatch/core';
import { until } from '@tickwatch/test/servers';
import { startProgram, stopProgram } from '../pipeline/child.ts';
import type { Servers } from '../pipeline/servers.ts';

const TOKEN = 'token-of-the-bench';

/** A house as a process of its own, on a fresh database. */
export interface ReplayHouse extends AsyncDisposable {
  readonly websocketUrl: string;
  readonly databaseUrl: string;
  /** Of `/api/replays`. */
  ask(method: string, path: string, body?: object): Promise<Replay>;
  /** That its process has used so far. */
  cpuSeconds(): Promise<number>;
  /** Resolves when all that it heard is stored. */
  stored(): Promise<void>;
}

export async function startReplayHouse({ redis, postgres }: Servers): Promise<ReplayHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-bench-'));
  const databaseUrl = await postgres.createDatabase();
  const env = {
    ...{ REDIS_URL: redis.url, DATABASE_URL: databaseUrl, DATA_DIR: folder, ADMIN_TOKEN: TOKEN },
    ...{ REPLAY_MAX_TICKS_PER_SECOND: '1000000', RATE_LIMIT_PER_MINUTE: '0' },
  };
  const child = startProgram('bench/src/replay/house-process.ts', [], { env });
  if (child.stdout === null) throw new Error('the house says nothing');
  const { port } = JSON.parse(String((await once(child.stdout, 'data'))[0])) as { readonly port: number };
  const origin = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${origin}/readyz`)).ok, { timeoutMs: 60_000, what: 'the house' });
  const ask = async (method: string, path: string, body?: object): Promise<Replay> => {
    const authorization = `Bearer ${TOKEN}`;
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await fetch(`${origin}/api/replays${path}`, { method, headers, ...json });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Replay;
  };
  return {
    websocketUrl: `ws://127.0.0.1:${port}/connection/websocket`,
    databaseUrl,
    ask,
    async cpuSeconds() {
      const text = await (await fetch(`${origin}/metrics`)).text();
      return Number(/^process_cpu_seconds_total\{[^}]*\} (\S+)$/m.exec(text)?.[1]);
    },
    async stored() {
      const waiting = async (): Promise<number> => {
        const ledger = (await (await fetch(`${origin}/api/ledger`)).json()) as { readonly total: { waiting: number } };
        return ledger.total.waiting;
      };
      await until(async () => (await waiting()) === 0, { timeoutMs: 60_000, what: 'everything to be stored' });
    },
    async [Symbol.asyncDispose]() {
      await stopProgram(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
