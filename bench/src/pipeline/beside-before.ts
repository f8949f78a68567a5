/** What does a tick cost, beside the release before? Measured in turn, so that what the machine does hits both. */
import type { BenchRow } from '../bench-table.ts';
import type { Servers } from './servers.ts';
import { type PipelineResult, runTickwatch } from './tickwatch-run.ts';
import { checkOut, releaseBefore } from './work-tree.ts';

export interface InTurn {
  /** The commit to measure beside; {@link releaseBefore} by default. */
  readonly commit: string | undefined;
  readonly rate: number;
  readonly seconds: number;
  readonly turns: number;
}

export interface Beside {
  readonly rows: readonly BenchRow[];
  readonly note: string;
}

export async function besideReleaseBefore(
  servers: Servers,
  { rate, seconds, turns, ...options }: InTurn,
  say: (text: string) => void,
): Promise<Beside> {
  const commit = options.commit ?? (await releaseBefore());
  if (commit === undefined)
    return { rows: [], note: 'No release before this one was found, and none was named by `--before`.' };
  await using earlier = await checkOut(commit);
  const results: Record<'now' | 'before', PipelineResult[]> = { now: [], before: [] };
  for (let turn = 0; turn < turns; turn++) {
    const order = turn % 2 === 0 ? (['before', 'now'] as const) : (['now', 'before'] as const);
    for (const release of order) {
      const root = release === 'before' ? { root: earlier.root } : {};
      const result = await runTickwatch(servers, { rate, seconds, ...root });
      say(`${release}: ${result.cpuMicros.toFixed(2)} µs, PostgreSQL ${result.others.PostgreSQL.toFixed(2)} µs a tick`);
      results[release].push(result);
    }
  }
  const row = (name: string, cost: (result: PipelineResult) => number): BenchRow => ({
    question: `CPU at ${rate} ticks/s: ${name}`,
    value: mean(results.now.map(cost)),
    unit: 'µs a tick',
    beside: { name: `the release before, ${earlier.commit}`, value: mean(results.before.map(cost)) },
    goal: { atMost: 1.1 },
  });
  return {
    rows: [row('subscriber', ({ cpuMicros }) => cpuMicros), row('PostgreSQL', ({ others }) => others.PostgreSQL)],
    note: `The release before was measured in turn with this one, ${turns} times ${seconds} s each, on the same Redis and PostgreSQL with fresh databases.`,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
