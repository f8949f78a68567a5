import { DEFAULT_SEAL_AFTER_DAYS, EnvReader, readArguments, sealAfterDays, sealedMinutes } from '@tickwatch/runtime';
import type { PostgresStore, SealedDayOutcome } from '@tickwatch/store';
import { dayOf } from './cli/days.ts';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';

const USAGE = `npm run seal [-- --older-than DAYS | --day YYYY-MM-DD | --verify]

Packs the ticks of days (UTC) that ended so many days ago: by default as many as SEAL_AFTER_DAYS says, or ${DEFAULT_SEAL_AFTER_DAYS}. Late
ticks of days that are sealed already are packed with them. It can be ended at any time and started again; a day is
sealed or it is not. --verify unpacks every block and compares the counts of ticks with the rollups.
With SEALED_MINUTES=drop the minutes of sealed days go, which their ticks tell; npm run rollups -- rebuild brings them back.`;

const SECONDS_A_DAY = 86_400;

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { values } = readArguments({
    options: { 'older-than': { type: 'string' }, day: { type: 'string' }, verify: { type: 'boolean' } },
  });
  const { 'older-than': age, day, verify } = values;
  if ([age, day, verify].filter((value) => value !== undefined).length > 1) {
    throw new UsageError('--older-than, --day or --verify: one of them');
  }
  if (verify === true) return ({ store }) => verifyAll(store);
  const env = new EnvReader(process.env);
  const [usualAge, minutes] = [sealAfterDays(env) ?? DEFAULT_SEAL_AFTER_DAYS, sealedMinutes(env)];
  env.finish();
  const one = day === undefined ? undefined : endedDay(day);
  const olderThanDays = age === undefined ? usualAge : ageOf(age);
  return async ({ store }) => {
    const days = one === undefined ? await store.daysToSeal({ olderThanDays, alsoUnsealed: true }) : [one];
    const code = await sealAll(store, days);
    if (minutes === 'drop') process.stdout.write(`${thousands(await store.dropMinutes())} minutes dropped\n`);
    return code;
  };
}

function ageOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--older-than "${text}" is no whole number of days`);
  return Number(text);
}

function endedDay(text: string): string {
  const day = dayOf(text);
  if (day < '1970-01-01') throw new UsageError(`${day}: days before 1970 are not sealed`);
  if (Date.parse(`${day}T00:00:00Z`) / 1000 + SECONDS_A_DAY > Date.now() / 1000) {
    throw new UsageError(`${day} has not ended yet (UTC); only days that have ended are sealed`);
  }
  return day;
}

async function sealAll(store: PostgresStore, days: readonly string[]): Promise<number> {
  const progress = new Progress();
  const begun = performance.now();
  let [sealed, packed, bad] = [0, 0, 0];
  for (const [i, day] of days.entries()) {
    const outcome = await store.sealDay(day, {
      onProgress: (ticks) =>
        progress.show(`${bar(i, days.length)} ${day}: ${speed(packed + ticks, begun)}, ${left(days, i)}`),
    });
    if (outcome.state === 'postponed') {
      bad++;
      process.stderr.write(`${day} stays as it is: ${outcome.why}\n`);
      if (outcome.isOthersTurn) break;
      continue;
    }
    sealed++;
    packed += outcome.packed;
    bad += outcome.damaged.length;
    for (const problem of outcome.damaged) process.stderr.write(`${problem}\n`);
    process.stdout.write(`${lineOf(outcome)}\n`);
  }
  progress.end(`${bar(1, 1)} ${thousands(sealed)} days, ${speed(packed, begun)}`);
  if (days.length === 0) process.stdout.write('there is nothing to seal\n');
  return bad === 0 ? 0 : 1;
}

function lineOf({ day, ticks, packed, bytes, seconds }: SealedDayOutcome): string {
  const part = packed === ticks ? '' : ` (${thousands(packed)} of them packed anew)`;
  const size = ticks === 0 ? '' : `, ${(bytes / ticks).toFixed(2)} bytes a tick`;
  return `${day} is sealed: ${thousands(ticks)} ticks${part}${size}, ${seconds.toFixed(1)} s`;
}

function speed(ticks: number, begun: number): string {
  const seconds = Math.max(0.001, (performance.now() - begun) / 1000);
  return `${thousands(ticks)} ticks, ${thousands(ticks / seconds)} ticks/s`;
}

function left(days: readonly string[], i: number): string {
  const more = days.length - i - 1;
  return more === 1 ? '1 more day' : `${thousands(more)} more days`;
}

async function verifyAll(store: PostgresStore): Promise<number> {
  const progress = new Progress();
  const days = await store.sealedDays();
  let [ticks, blocks, problems] = [0, 0, 0];
  for (const [i, { day }] of days.entries()) {
    progress.show(`${bar(i, days.length)} ${day}`);
    const check = await store.verifySealedDay(day);
    ticks += check.ticks;
    blocks += check.blocks;
    problems += check.problems.length;
    for (const problem of check.problems) process.stdout.write(`${problem}\n`);
  }
  progress.end(`${bar(1, 1)} ${thousands(days.length)} days, ${thousands(blocks)} blocks, ${thousands(ticks)} ticks`);
  process.stdout.write(problems === 0 ? 'all blocks are right\n' : `${thousands(problems)} problems\n`);
  return problems === 0 ? 0 : 1;
}

await runCommand({
  usage: USAGE,
  settings: ['SEAL_AFTER_DAYS', 'SEALED_MINUTES'],
  examples: ['npm run seal', 'npm run seal -- --older-than 30', 'npm run seal -- --verify'],
  prepare,
});
