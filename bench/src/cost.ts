/** Where does the subscriber's CPU go, in µs a tick by stage? From V8's own profile of a run with everything on. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { startServers } from './pipeline/servers.ts';
import { runTickwatch } from './pipeline/tickwatch-run.ts';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string; readonly functionName: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const JUDGING = 'judge prices';

/** A function's file decides its stage; the first that matches counts. */
const STAGES: readonly (readonly [string, RegExp])[] = [
  ['spool', /feed\/src\/spool|spool-writer/],
  ['receive', /packages\/feed|@redis/],
  ['read messages', /core\/src\/(?!live)|log\/(hear|segment)\.ts/],
  ['live', /packages\/live|live-message|\/ws\//],
  ['COPY, rollups, positions', /packages\/store|pg-|\/pg\//],
  [JUDGING, /subscriber\/src\/quality/],
  ['waiting and numbering', /services\/subscriber/],
];

export async function costBench(rate: number, seconds: number, ticksPerMessage = 1): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-profile-'));
  try {
    await using servers = await startServers();
    const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const run = { rate, seconds, ticksPerMessage, nodeFlags };
    const { stored, cpuMicros, databaseUrl } = await runTickwatch(servers, run);
    const stages = await stageMicros(folder, stored);
    const rows: BenchRow[] = [...stages].map(([question, value]) => ({ question, value, unit: 'µs a tick' }));
    rows.push({ question: 'CPU of the process, all threads', value: cpuMicros, unit: 'µs a tick' });
    rows.push({
      question: 'judging prices, of all CPU',
      value: stages.get(JUDGING) ?? 0,
      unit: 'µs a tick',
      beside: { name: 'the process', value: cpuMicros },
      goal: { atMost: 0.01 },
    });
    const form = ticksPerMessage === 1 ? '' : `, ${ticksPerMessage} a message`;
    return {
      title: `Cost by stage at ${rate} ticks/s${form}`,
      rows: [...rows, ...(await diskRows(databaseUrl, stored))],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stageMicros(folder: string, ticks: number): Promise<ReadonlyMap<string, number>> {
  const files = await readdir(folder);
  const profiles = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile),
  );
  const micros = new Map<string, number>();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const stages = new Map(nodes.map(({ id, callFrame }) => [id, stageOf(callFrame.url, callFrame.functionName)]));
    samples.forEach((id, i) => {
      const stage = stages.get(id) ?? 'other';
      if (stage !== 'idle') micros.set(stage, (micros.get(stage) ?? 0) + (timeDeltas[i] ?? 0) / ticks);
    });
  }
  return new Map([...micros].sort(([, a], [, b]) => b - a));
}

function stageOf(url: string, functionName: string): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code';
  return (
    STAGES.find(([, pattern]) => pattern.test(url))?.[0] ??
    (url.startsWith('node:') ? 'Node: sockets, streams' : 'V8 built-ins')
  );
}

async function diskRows(databaseUrl: string, ticks: number): Promise<readonly BenchRow[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT sum(pg_relation_size(inhrelid)) AS raw, sum(pg_indexes_size(inhrelid)) AS index,
              (SELECT pg_total_relation_size('price_rollups')) AS rollup
         FROM pg_inherits WHERE inhparent = 'day_prices'::regclass`,
    );
    const sizes = rows[0] as { readonly raw: string; readonly index: string; readonly rollup: string };
    return (['raw', 'index', 'rollup'] as const).map((name) => ({
      question: `disk, ${name}`,
      value: Number(sizes[name]) / ticks,
      unit: 'bytes a tick',
    }));
  } finally {
    await client.end();
  }
}
