/**
 * Runs one group of tests with Node's own runner. A test file's name tells its group:
 * `x.test.ts` needs Node alone, `x.servers.test.ts` real servers, `x.browser.test.ts` chromium,
 * `x.stack.test.ts` the running compose stack, `x.analysts.test.ts` Python and PyPI, `x.scale.test.ts` clusters of log servers.
 * `run-tests.ts faults` prints the fault table, `run-tests.ts scale` that of log engines and several subscribers after its tests.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpIfWanted } from '@tickwatch/runtime';
import { runWithTestFiles } from '@tickwatch/store/test-postgres';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['packages', 'services', 'deploy/grafana/test', 'test/src'];
const SPECIAL = /\.(servers|browser|stack|analysts|scale)\.test\.ts$/;

function testFiles(group: string): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  ).filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'));
  return files.filter((file) => (SPECIAL.exec(file)?.[1] ?? 'unit') === group).sort();
}

/** A file that hangs is ended, and named; none takes half of it on a slow machine. */
const LONGEST_FILE_MS = 15 * 60_000;

/** What is measured in them would be another thing beside other tests, or the stack another one for those behind them. */
const ALONE = /(speed|slow-link)\.browser\.test\.ts$|\/scale-[a-z]+\.stack\.test\.ts$/;

/** Groups whose tests have the embedded PostgreSQL beside them, and no servers. */
function usesEmbedded(group: string): boolean {
  return group === 'unit' || group === 'browser';
}

/** Arguments of each of the runs that a group takes, one after the other. */
async function runsOf(group: string, only: readonly string[]): Promise<readonly (readonly string[])[]> {
  if (group === 'faults') return [['--import', 'tsx', 'test/src/faults/main.ts', ...only]];
  const words = only.filter((word) => !word.startsWith('--'));
  const files = testFiles(group).filter((file) => words.length === 0 || words.some((part) => file.includes(part)));
  const tables = group === 'scale' ? await scaleRun(words, only) : [];
  if (tables.length > 0 && files.length === 0) return tables;
  if (files.length === 0) throw new Error(`no test files in group "${group}" ${only.join(' ')}`);
  // The machine's few cores are shared with the servers under test: groups with servers run file by file, but for those that
  // mostly wait for theirs to start and to be missed.
  const concurrency = usesEmbedded(group) || group === 'scale' ? 2 : 1;
  const beside = files.filter((file) => !ALONE.test(file));
  const alone = files.filter((file) => ALONE.test(file));
  return [...[testRun(beside, concurrency), testRun(alone, 1)].filter((run) => run !== undefined), ...tables];
}

/** The table, as far as words name something of it; without words all of it. */
async function scaleRun(words: readonly string[], args: readonly string[]): Promise<readonly (readonly string[])[]> {
  // It loads the clients of all engines.
  const { ALL_SCENARIOS } = await import('./scale/all-scenarios.ts');
  const isNamed = ALL_SCENARIOS.some(({ name }) => words.some((word) => name.includes(word)));
  return words.length === 0 || isNamed ? [['--import', 'tsx', 'test/src/scale/main.ts', ...args]] : [];
}

function testRun(files: readonly string[], concurrency: number): readonly string[] | undefined {
  if (files.length === 0) return undefined;
  const named = files.map((file) => relative(root, file));
  return [
    '--import',
    'tsx',
    '--test',
    // What failed is told once more at the end, where whoever reads the end of a long log finds it.
    '--test-reporter=spec',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${LONGEST_FILE_MS}`,
    ...named,
  ];
}

const USAGE = `npm test [-- WORD...]            what needs Node alone
npm run test:servers            real servers: redis-server, PostgreSQL, PgBouncer, Centrifugo
npm run test:browser            chromium
npm run test:analysts           python3 with venv, and PyPI
npm run test:stack              docker compose, with the stack up
npm run test:faults [-- --quick] [-- NAME...]    processes killed and servers stopped
npm run test:scale [-- --all] [-- NAME...]       clusters of log servers, several subscribers: redis-server, nats-server, Java 17

Runs a group of tests, or of them the files whose names hold one of the words.

Examples:
  npm test -- spool
  npm run test:faults -- --quick
  npm run test:scale -- redis-streams`;

helpIfWanted(USAGE);
const [group = 'unit', ...only] = process.argv.slice(2);
const runs = await runsOf(group, only);
const runAll = (): void => {
  for (const run of runs) {
    const { status } = spawnSync(process.execPath, run, { cwd: root, stdio: 'inherit' });
    process.exitCode ||= status ?? 1;
  }
};
if (usesEmbedded(group)) await runWithTestFiles(runAll);
else runAll();
