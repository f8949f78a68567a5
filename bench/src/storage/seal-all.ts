import type { PostgresServer } from '@tickwatch/test/servers';
import pg from 'pg';
import { runProgram } from '../pipeline/child.ts';
import { cpuSeconds } from '../pipeline/cpu-seconds.ts';

export interface Sealing {
  readonly ticks: number;
  readonly seconds: number;
  /** Of the process that packs, and of PostgreSQL. */
  readonly cpuSeconds: number;
}

/** Seals all days, while nothing else runs on the server. */
export async function sealAll(server: PostgresServer, databaseUrl: string): Promise<Sealing> {
  const before = cpuSeconds(server.pid);
  const sealing = await runProgram<Sealing>('bench/src/storage/seal-process.ts', [databaseUrl]);
  const cpu = sealing.cpuSeconds + cpuSeconds(server.pid) - before;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
  return { ...sealing, cpuSeconds: cpu };
}

/** A copy of a database that nobody is connected to. @returns its URL */
export async function copyDatabase(server: PostgresServer, from: string, to: string): Promise<string> {
  const client = await server.connect();
  await client.query(`CREATE DATABASE ${pg.escapeIdentifier(to)} TEMPLATE ${pg.escapeIdentifier(from)}`);
  await client.end();
  const url = new URL(server.url);
  url.pathname = `/${to}`;
  return url.href;
}
