import { inspect } from 'node:util';
import { type FaultRow, passes, type Scenario, type ScenarioOptions } from './fault-row.ts';

/** Each has servers of its own, so two can run at once; while one waits for an outage to pass the other works. */
const AT_ONCE = 2;

interface Result {
  readonly scenario: Scenario;
  readonly rows: readonly FaultRow[];
  readonly error?: string;
}

/** Plays scenarios and prints their rows. @returns the exit code: 1 when a promise was broken, or one could not be played */
export async function playAll(
  scenarios: readonly Scenario[],
  options: ScenarioOptions,
  table: (rows: readonly FaultRow[]) => string,
): Promise<0 | 1> {
  const results = await runAll(scenarios, options);
  const rows = results.flatMap((result) => result.rows);
  const failures = results.flatMap(({ scenario, error }) =>
    error === undefined ? [] : [`${scenario.name}: ${error}`],
  );
  console.log(`\n${table(rows)}`);
  for (const failure of failures) console.log(`- BROKEN, ${failure}`);
  const passed = rows.filter(passes).length;
  const failed = rows.length - passed + failures.length;
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function runAll(all: readonly Scenario[], options: ScenarioOptions): Promise<readonly Result[]> {
  const results: Result[] = [];
  const work = async (queue: Iterable<readonly [number, Scenario]>): Promise<void> => {
    for (const [index, scenario] of queue) results[index] = await play(scenario, options);
  };
  const entries = [...all.entries()];
  const queue = entries.filter(([, { isTimed }]) => isTimed !== true).values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  await work(entries.filter(([, { isTimed }]) => isTimed === true));
  return results;
}

async function play(scenario: Scenario, options: ScenarioOptions): Promise<Result> {
  const started = performance.now();
  const tell = (what: string): void =>
    console.log(`${scenario.name}: ${what} after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  try {
    const rows = await scenario.run(options);
    tell(rows.every(passes) ? 'kept' : 'BROKEN');
    return { scenario, rows };
  } catch (error) {
    tell('could not be played');
    return { scenario, rows: [], error: inspect(error) };
  }
}
