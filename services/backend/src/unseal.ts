import { readArguments } from '@tickwatch/runtime';
import { UnsealError } from '@tickwatch/store';
import { dayOf } from './cli/days.ts';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';

const USAGE = `npm run unseal -- --day YYYY-MM-DD | --from YYYY-MM-DD --to YYYY-MM-DD | --all [--skip-damaged]

Puts the ticks of sealed days (UTC, both inclusive) back where they can be changed by SQL. Days that were unsealed are
not sealed again by themselves before SEAL_AFTER_DAYS have passed; npm run seal does it at once. A day with a damaged
block is left as it is; --skip-damaged gives up what the block held, and says how many ticks that is.`;

interface Task {
  /** Unset: without end. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly skipDamaged: boolean;
}

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { values } = readArguments({
    options: {
      day: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      all: { type: 'boolean' },
      'skip-damaged': { type: 'boolean' },
    },
  });
  const { day, all, 'skip-damaged': skipDamaged = false } = values;
  const isSpan = values.from !== undefined || values.to !== undefined;
  if ([day !== undefined, isSpan, all === true].filter(Boolean).length !== 1) {
    throw new UsageError('which days? --day, --from and --to, or --all');
  }
  const [from, to] = [day ?? values.from, day ?? values.to].map((text) =>
    text === undefined ? undefined : dayOf(text),
  );
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`--from ${from} is behind --to ${to}`);
  return (parts) => run(parts, { from, to, skipDamaged });
}

async function run({ store }: CommandParts, { from, to, skipDamaged }: Task): Promise<number> {
  const days = await store.sealedDays(from, to);
  const progress = new Progress();
  const all = days.reduce((sum, { ticks }) => sum + ticks, 0);
  let [done, lost, refused] = [0, 0, 0];
  for (const { day } of days) {
    try {
      const { ticks, damaged } = await store.unsealDay(day, {
        skipDamaged,
        onProgress: (sofar) => progress.show(`${bar(done + sofar, all)} ${day}`),
      });
      done += ticks;
      for (const { message } of damaged) process.stderr.write(`${message}\n`);
      lost += damaged.reduce((sum, one) => sum + one.ticks, 0);
      process.stdout.write(`${day} is unsealed: ${thousands(ticks)} ticks\n`);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      refused++;
      process.stderr.write(`${error.message}\n${day} stays sealed; --skip-damaged gives up what can't be read\n`);
    }
  }
  progress.end(`${bar(1, 1)} ${thousands(days.length - refused)} days, ${thousands(done)} ticks`);
  if (days.length === 0) process.stdout.write('none of these days is sealed\n');
  if (lost > 0) process.stdout.write(`${thousands(lost)} ticks are lost with their damaged blocks\n`);
  return refused > 0 || (days.length === 0 && from !== undefined && from === to) ? 1 : 0;
}

await runCommand({
  usage: USAGE,
  examples: ['npm run unseal -- --day 2026-11-02', 'npm run unseal -- --from 2026-11-01 --to 2026-11-07'],
  prepare,
});
