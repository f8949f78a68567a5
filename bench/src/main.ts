/**
 * Runs every bench and prints a table of ratios; writes it to docs/benchmarks.md with the machine and the versions.
 * `npm run bench` takes about an hour on two cores. `npm run bench -- pipeline latency` runs some.
 * `npm run bench -- --quick` takes two minutes, writes nothing, and fails only on gross regressions.
 * `--before COMMIT` names the release that the pipeline is measured beside. `--ticks N`: so many for `storage`, as many a day as 20 million in 60.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { helpIfWanted, readArguments, readOrEnd } from '@tickwatch/runtime';
import { alertsBench } from './alerts.ts';
import { asOfBench } from './as-of.ts';
import { type BenchTable, figure, printTable } from './bench-table.ts';
import { costBench } from './cost.ts';
import { fanOutBench } from './fan-out-table.ts';
import { formsBench } from './forms.ts';
import { historyBench } from './history.ts';
import { insertBench } from './insert.ts';
import { latencyBench } from './latency.ts';
import { marketBench } from './market.ts';
import { pageBench } from './page.ts';
import { ROOT } from './pipeline/child.ts';
import { pipelineBench } from './pipeline.ts';
import { rangesBench } from './ranges.ts';
import { replayBench } from './replay.ts';
import { rowsBench } from './rows.ts';
import { writeScale } from './scale/write-results.ts';
import { stocksBench } from './stocks.ts';
import { storageBench } from './storage.ts';
import { ticksBench } from './ticks.ts';
import { viewersBench } from './viewers.ts';

const TICKS_A_DAY = 333_333;

helpIfWanted(`npm run bench [-- NAME...] [--quick] [--before COMMIT] [--ticks N]

Measures and writes docs/benchmarks.md, about an hour on two cores; names choose what of it.
\`scale\` writes docs/scale.md, 25 minutes.

  --quick           two minutes, writes nothing, fails on gross regressions
  --before COMMIT   the release that the pipeline is measured beside
  --ticks N         ticks that \`storage\` keeps (default: 20000000)

Examples:
  npm run bench -- pipeline latency
  npm run bench -- --quick`);
const { values, positionals: only } = readOrEnd(() =>
  readArguments({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, before: { type: 'string' }, ticks: { type: 'string' } },
  }),
);
const { quick, before } = values;
/** Of `storage`: a short form keeps as many a day. */
const storedTicks = Number(values.ticks ?? 20_000_000);
if (!(storedTicks >= TICKS_A_DAY))
  throw new Error(`--ticks "${values.ticks}" has to be a number from ${TICKS_A_DAY} on`);

type Bench = (say: (text: string) => void) => Promise<BenchTable>;

const FULL: Readonly<Record<string, Bench>> = {
  pipeline: (say) =>
    pipelineBench(
      {
        rates: [60_000, 100_000, 140_000, 180_000, 220_000, 240_000, 260_000, 280_000, 300_000, 320_000],
        trySeconds: 15,
        seconds: 60,
        peerSeconds: 20,
        more: {
          before: { commit: before, rate: 100_000, seconds: 20, turns: 3 },
          lines: { rates: [300_000, 400_000, 450_000, 500_000], trySeconds: 15, seconds: 60 },
          questDbSeconds: 15,
        },
      },
      say,
    ),
  latency: () => latencyBench({ rates: [48, 1000, 10_000], seconds: 60 }),
  forms: () => formsBench(),
  insert: () => insertBench([48, 10_000], 25),
  'fan-out': () => fanOutBench(),
  viewers: (say) =>
    viewersBench({ stocks: 20_000, ticksPerSecond: 50_000, seconds: 8, viewers: { exchanges: 10, boards: 200 } }, say),
  cost: () => costBench(50_000, 20),
  'cost-lines': () => costBench(400_000, 20, 50),
  stocks: () => stocksBench(20_000, 15, [6, 1000, 10_000]),
  page: (say) => pageBench({ counts: [300, 20_000], ticksPerSecond: 5000, seconds: 10 }, say),
  rows: (say) => rowsBench([1_000_000, 20_000_000], say),
  ranges: (say) => rangesBench({ ticks: 20_000_000, stocks: 30, days: 60, questions: 1000 }, say),
  storage: (say) =>
    storageBench({ ticks: storedTicks, stocks: 30, days: Math.floor(storedTicks / TICKS_A_DAY), questions: 200 }, say),
  asof: (say) => asOfBench({ stocks: 20_000, days: 1000, everyDays: 10, questions: 300 }, say),
  market: (say) => marketBench({ ticksPerSecond: 10_000, seconds: 600, stocks: 2000, seeks: 200 }, say),
  ticks: (say) => ticksBench({ ticks: 3_000_000, stocks: 50, days: 3, turns: 9 }, say),
  replay: (say) =>
    replayBench({ ticksPerSecond: 1000, seconds: 15, rounds: 9, seeks: 200, unpacedTicks: 1_000_000 }, say),
  alerts: (say) =>
    alertsBench(
      {
        ...{ rules: 10_000, nearness: ['far', 'near'], stocks: 300, ticksPerSecond: 10_000 },
        ...{ seconds: 20, warmUpSeconds: 10, turns: 3, crossings: 500 },
      },
      say,
    ),
  scale: async (say) => {
    // It loads the clients of all log engines.
    const { scaleBench } = await import('./scale.ts');
    return await scaleBench({ rate: 20_000, stocks: 1000, seconds: 12, warmUpSeconds: 15, turns: 2 }, say);
  },
  history: (say) => historyBench({ days: 3000, lateMinutes: [1, 10, 24, 25, 100, 1000, 10_000], questions: 200 }, say),
};

const QUICK: Readonly<Record<string, Bench>> = {
  pipeline: (say) => pipelineBench({ rates: [40_000], trySeconds: 5, seconds: 10, peerSeconds: 10 }, say),
  insert: () => insertBench([10_000], 10),
  asof: (say) => asOfBench({ stocks: 500, days: 100, everyDays: 10, questions: 50 }, say),
  market: (say) => marketBench({ ticksPerSecond: 10_000, seconds: 60, stocks: 2000, seeks: 30 }, say),
  ticks: (say) => ticksBench({ ticks: 300_000, stocks: 10, days: 1, turns: 5 }, say),
  replay: (say) => replayBench({ ticksPerSecond: 1000, seconds: 2, rounds: 1, seeks: 20, unpacedTicks: 100_000 }, say),
};

/** Of the quick run's fixed load, recorded on two idle cores; a quick run fails below half of them. */
const RECORDED: Readonly<Record<string, number>> = {
  '… beside COPY alone': 0.1,
  '… beside the usual Python solution': 40,
};

async function run(benches: Readonly<Record<string, Bench>>): Promise<readonly BenchTable[]> {
  const tables: BenchTable[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (only.length > 0 && !only.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    const measured = await bench((text) => process.stderr.write(`  ${text}\n`));
    const table = quick ? withoutGoals(measured) : measured;
    console.log(`\n${printTable(table)}`);
    tables.push(table);
    if (name === 'scale') await writeScale(`${where()}\n\n${printTable(table)}`);
  }
  return tables;
}

/** A quick run offers a fixed, moderate load: what the full run is to reach says nothing about it. */
function withoutGoals(table: BenchTable): BenchTable {
  return { ...table, rows: table.rows.map(({ goal: _goal, ...row }) => row) };
}

/** Sentences about rows that fell below half of what was recorded. */
function regressions(tables: readonly BenchTable[]): readonly string[] {
  return tables.flatMap(({ rows }) =>
    rows.flatMap((row) => {
      const recorded = RECORDED[row.question];
      if (recorded === undefined || figure(row) >= recorded / 2) return [];
      return [`"${row.question}" is ${figure(row).toPrecision(3)}×; recorded were ${recorded}×`];
    }),
  );
}

/** The date, the machine and what runs on it. */
function where(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release().split('.', 2).join('.')}`;
  const versions = [`Node ${process.version}`, version('redis-server'), version('psql')].join(', ');
  return `${new Date().toISOString().slice(0, 10)}. Machine: ${machine}. ${versions}.`;
}

async function writeResults(tables: readonly BenchTable[]): Promise<void> {
  const file = join(ROOT, 'docs/benchmarks.md');
  const [head = ''] = (await readFile(file, 'utf8')).split('<!-- results -->');
  const lines = ['<!-- results -->', '', where(), '', ...tables.map(printTable)];
  await writeFile(file, `${head}${lines.join('\n')}`);
}

function version(command: string): string {
  try {
    return (
      execFileSync(command, ['--version'], { encoding: 'utf8' })
        .trim()
        .split(/ sha=| \(Debian/)[0] ?? command
    );
  } catch {
    return `${command}: not found`;
  }
}

const tables = await run(quick ? QUICK : FULL);
if (!quick && only.length === 0) await writeResults(tables);
const slow = quick ? regressions(tables) : [];
for (const sentence of slow) console.error(sentence);
process.exitCode = slow.length === 0 ? 0 : 1;
