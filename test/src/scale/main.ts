/**
 * Plays faults on each log engine and on several subscribers, all real processes, and prints what became of every tick.
 * Names on the command line choose scenarios (parts of names do); `--all` plays each longer. Ends with code 1 when a
 * promise was broken, or an engine could not be started.
 */
import { namedScenarios } from '../faults/fault-row.ts';
import { playAll } from '../faults/play.ts';
import { ALL_SCENARIOS } from './all-scenarios.ts';
import { scaleTable } from './scale-table.ts';

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const scenarios = names.length === 0 ? ALL_SCENARIOS : namedScenarios(ALL_SCENARIOS, names);

process.exit(await playAll(scenarios, { quick: !args.includes('--all') }, scaleTable));
