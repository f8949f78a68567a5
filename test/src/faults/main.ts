/**
 * Plays faults on real processes and prints what became of every tick. Names on the command line choose scenarios
 * (parts of names do); `--quick` plays fewer, less often. Ends with code 1 when a promise was broken.
 */
import { chosenScenarios } from './all-scenarios.ts';
import { faultTable } from './fault-table.ts';
import { playAll } from './play.ts';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const names = args.filter((arg) => !arg.startsWith('--'));

process.exit(await playAll(chosenScenarios(names, quick), { quick }, faultTable));
