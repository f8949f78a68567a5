import { readArguments, unknownWord } from '@tickwatch/runtime';
import type { LaneStatus } from '@tickwatch/store';
import { thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { table } from './cli/table.ts';

const USAGE = `npm run lanes -- list
npm run lanes -- retire NASDAQ|NASDAQ/3

list shows who leads each lane and how far it is stored; retire forgets a lane, or all lanes of an exchange, that nobody
leads or would lead any more. Ticks stay.`;

const TASKS = ['list', 'retire'];
const HEADINGS = ['lane', 'leader', 'position', 'seq', 'stored', 'rejected', 'last message'];

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { positionals } = readArguments({ allowPositionals: true });
  const [task, name, ...more] = positionals;
  if (task === 'list' && name === undefined) return list;
  if (task !== undefined && !TASKS.includes(task)) throw new UsageError(unknownWord(task, TASKS));
  if (task !== 'retire' || name === undefined || more.length > 0) throw new UsageError('list, or retire which lane?');
  return (parts) => retire(parts, name);
}

async function list({ store }: CommandParts): Promise<number> {
  process.stdout.write(table([HEADINGS, ...(await store.lanes()).map(cellsOf)]));
  return 0;
}

async function retire({ store }: CommandParts, name: string): Promise<number> {
  for (const { lane, stored, position } of await store.retire(name)) {
    const reached = position === undefined ? 'nothing was committed' : `it was stored up to ${position}`;
    process.stdout.write(`${lane} is retired: ${thousands(stored)} ticks, ${reached}\n`);
  }
  return 0;
}

function cellsOf({ lane, leader, position, seq, stored, rejected, ageSeconds }: LaneStatus): readonly string[] {
  const age = ageSeconds === undefined ? '–' : `${thousands(ageSeconds)} s ago`;
  return [lane, leader ?? 'nobody', position ?? '–', String(seq), thousands(stored), thousands(rejected), age];
}

await runCommand({ usage: USAGE, examples: ['npm run lanes -- list', 'npm run lanes -- retire NASDAQ/3'], prepare });
