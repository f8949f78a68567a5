import type { EnvReader } from './env-reader.ts';

export const DEFAULT_SEAL_AFTER_DAYS = 7;
const MOST_DAYS = 100_000;

/** Whole days between a day's end and when it is packed; `undefined`: days are not packed by themselves. */
export function sealAfterDays(env: EnvReader): number | undefined {
  const value = env.text('SEAL_AFTER_DAYS', { default: String(DEFAULT_SEAL_AFTER_DAYS) });
  if (value === 'off') return undefined;
  const days = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days;
  return env.problem(
    `SEAL_AFTER_DAYS is "${value}"; it has to be a whole number of days from 1 to ${MOST_DAYS}, or off`,
  );
}
