import { type Calendars, calendarsOf, parseSessionsFile } from '@tickwatch/core';
import type { EnvReader, SettingsFile } from './env-reader.ts';

/**
 * When exchanges are open: as is built in, and over it as a file says. What is wrong with the file becomes problems of `env`.
 * @param file what SESSIONS_FILE names
 */
export function sessionCalendars(env: Pick<EnvReader, 'problem'>, file: SettingsFile | undefined): Calendars {
  if (file === undefined) return calendarsOf();
  const { file: sessions, problems } = parseSessionsFile(file.text);
  for (const problem of problems) env.problem(`SESSIONS_FILE ${file.path}: ${problem}`);
  return calendarsOf(problems.length === 0 ? sessions : undefined);
}
