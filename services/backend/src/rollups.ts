import { readArguments, unknownWord } from '@tickwatch/runtime';
import { bar, Progress } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';

const USAGE = `npm run rollups -- rebuild|verify [--from YYYY-MM-DD] [--to YYYY-MM-DD]

rebuild computes the minutes, hours and days again from the ticks; verify compares them and names every difference.
Both days are inclusive (UTC); without them, all days are done. The totals of every stock, which follow from its days,
are rebuilt or compared at the end.`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface Task {
  readonly task: 'rebuild' | 'verify';
  readonly from: string | undefined;
  readonly to: string | undefined;
}

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { positionals, values } = readArguments({
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' } },
  });
  const [task, ...more] = positionals;
  if (task === undefined || more.length > 0) throw new UsageError('rebuild or verify?');
  if (task !== 'rebuild' && task !== 'verify') throw new UsageError(unknownWord(task, ['rebuild', 'verify']));
  for (const day of [values.from, values.to]) {
    if (day !== undefined && !DAY.test(day)) throw new UsageError(`"${day}" is no day (YYYY-MM-DD)`);
  }
  return (parts) => run(parts, { task, from: values.from, to: values.to });
}

async function run({ store }: CommandParts, { task, from, to }: Task): Promise<number> {
  const days = await store.daysWithData(from, to);
  const progress = new Progress();
  let differences = 0;
  for (const [i, day] of days.entries()) {
    progress.show(`${bar(i, days.length)} ${day}`);
    if (task === 'rebuild') await store.rebuildRollups(day);
    else {
      for (const { stock, exchange, width, bucket, detail } of await store.verifyRollups(day)) {
        differences++;
        process.stdout.write(`${stock} ${exchange} ${width} ${bucket}: ${detail}\n`);
      }
    }
  }
  if (task === 'rebuild') await store.rebuildTotals();
  else {
    for (const { stock, exchange, detail } of await store.verifyTotals()) {
      differences++;
      process.stdout.write(`${stock} ${exchange} totals: ${detail}\n`);
    }
  }
  progress.end(`${bar(1, 1)} ${days.length} days`);
  if (task === 'rebuild') return 0;
  process.stdout.write(differences === 0 ? 'all rollups are right\n' : `${differences} rollups are wrong\n`);
  return differences === 0 ? 0 : 1;
}

await runCommand({
  usage: USAGE,
  examples: ['npm run rollups -- verify', 'npm run rollups -- rebuild --from 2026-11-01 --to 2026-11-07'],
  prepare,
});
