import { readFileSync } from 'node:fs';
import { EnvReader, readArguments } from '@tickwatch/runtime';
import { type Divided, type DivideProgress, divideStore } from '@tickwatch/store';
import { bar, Progress, thousands } from './cli/progress.ts';
import { runCommand } from './cli/run-command.ts';
import { table } from './cli/table.ts';

const USAGE = `npm run distribute [-- --dry-run]

Divides a database among several, so that each has a part of the lanes of every exchange: of three, the first has the lanes
0, 3, 6 …, with all stocks of theirs. DATABASE_NODE_URLS names them in order. Each is a whole copy of the one database, of the
same moment (a replica that was promoted, a dump that was restored; new ones may be empty); this command deletes from each what
the others have. Stop all subscribers, imports and notifiers before you copy. It can be ended at any time and started again; until
it has finished, no subscriber joins any of them. Then each database gets subscribers of its own, with DATABASE_NODE=0/3, 1/3 …

--dry-run says what each would have, and what is in the way; it changes nothing.`;

const STATES = { marked: 'a whole copy', dividing: 'being divided', ready: 'ready' } as const;

async function prepare(): Promise<number> {
  const { values } = readArguments({ options: { 'dry-run': { type: 'boolean' } } });
  const isDryRun = values['dry-run'] === true;
  const urls = readUrls();
  const progress = new Progress();
  const divided = await divideStore({ urls, isDryRun, onProgress: (step) => progress.show(lineOf(step)) });
  process.stdout.write(tableOf(divided));
  process.stdout.write(
    isDryRun ? nextOf(divided) : `\nevery node is ready: DATABASE_NODE=0/${urls.length} and so on\n`,
  );
  return 0;
}

/** Addresses hold passwords: they come from the environment, or from a file that it names. */
function readUrls(): readonly string[] {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const urls = env.secret('DATABASE_NODE_URLS')?.split(/\s+/) ?? [];
  const bad = urls.findIndex((url) => !/^postgres(ql)?:\/\//.test(url));
  if (bad >= 0) env.problem(`DATABASE_NODE_URLS: number ${bad} does not start with postgres:// or postgresql://`);
  if (urls.length < 2) env.problem('DATABASE_NODE_URLS has to name two databases at least, with spaces between');
  env.finish();
  return urls;
}

function lineOf({ node, stocks, ofStocks, ticks, ofTicks }: DivideProgress): string {
  const what = `${thousands(stocks)} of ${thousands(ofStocks)} stocks`;
  return `${bar(ticks, ofTicks)} node ${node}: ${what} and ${thousands(ticks)} ticks of other nodes are deleted`;
}

function tableOf({ nodes, all }: Divided): string {
  const rows = nodes.map(({ index, stocks, ticks }) => [`node ${index}`, thousands(stocks), thousands(ticks)]);
  return table([['', 'stocks', 'ticks'], ...rows, ['all', thousands(all.stocks), thousands(all.ticks)]]);
}

function nextOf({ nodes }: Divided): string {
  const states = nodes.map(({ index, was }) => `node ${index} is ${STATES[was ?? 'marked']}`);
  return `\n${states.join(', ')}. Nothing was changed: without --dry-run each keeps its part.\n`;
}

await runCommand({
  usage: USAGE,
  settings: ['DATABASE_NODE_URLS'],
  usesDatabase: false,
  examples: [
    'DATABASE_NODE_URLS="postgresql://…@a/stocks postgresql://…@b/stocks" npm run distribute -- --dry-run',
    'DATABASE_NODE_URLS_FILE=nodes.txt npm run distribute',
  ],
  prepare,
});
