import { UsageError } from './run-command.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day (UTC) as it was given. @throws UsageError it is none */
export function dayOf(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-30 would be read as another day.
  if (!DAY.test(text) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new UsageError(`"${text}" is no day (YYYY-MM-DD)`);
  }
  return text;
}
