/**
 * Plays faults on real processes and prints what became of every tick. Names on the command line choose scenarios
 * (parts of names do); `--quick` plays fewer, less often. Ends with code 1 when a promise was broken.
 */
import { inspect } from 'node:util';
import { chosenScenarios } from './all-scenarios.ts';
import { type FaultRow, passes, type Scenario, type ScenarioOptions } from './fault-row.ts';
import { faultTable } from './fault-table.ts';

/** Each has servers of its own, so two can run at once; while one waits for an outage to pass the other works. */
const AT_ONCE = 2;

const args = process.argv.slice(2);
const options: ScenarioOptions = { quick: args.includes('--quick') };
const names = args.filter((arg) => !arg.startsWith('--'));

const results = await runAll(chosenScenarios(names, options.quick));
const rows = results.flatMap((result) => result.rows);
const failures = results.flatMap(({ scenario, error }) => (error === undefined ? [] : [`${scenario.name}: ${error}`]));
console.log(`\n${faultTable(rows)}`);
for (const failure of failures) console.log(`- BROKEN, ${failure}`);
const passed = rows.filter(passes).length;
const failed = rows.length - passed + failures.length;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

interface Result {
  readonly scenario: Scenario;
  readonly rows: readonly FaultRow[];
  readonly error?: string;
}

async function runAll(all: readonly Scenario[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  const work = async (queue: Iterable<readonly [number, Scenario]>): Promise<void> => {
    for (const [index, scenario] of queue) results[index] = await play(scenario);
  };
  const entries = [...all.entries()];
  const queue = entries.filter(([, { isTimed }]) => isTimed !== true).values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  await work(entries.filter(([, { isTimed }]) => isTimed === true));
  return results;
}

async function play(scenario: Scenario): Promise<Result> {
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
