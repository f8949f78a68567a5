import { createJsonTerminal } from './json-terminal.ts';
import { createPeopleTerminal } from './people-terminal.ts';
import type { Status } from './status-text.ts';

/**
 * Where the one process says how it is. Everything is a line of the log; on a terminal a person gets what of it matters to
 * people, and below it a line that renews itself. This file and those beside it load next to nothing: the first line
 * stands there before the rest is loaded.
 */
export interface Terminal extends Disposable {
  /** For pino, and for the lines before it: one line of the log, as JSON. */
  write(line: string): void;
  /**
   * A line that stays, for whoever sits at the terminal and for nobody else: it is never in the log, so it may hold a secret.
   * @param name of the part that says it, such as `admin`
   * @returns false: nobody sits there (stdout is no terminal, or LOG_FORMAT is json), and nothing was said
   */
  say(name: string, text: string): boolean;
  /** From now on the last line shows this, asked once a second; without a terminal nothing is asked. */
  showStatus(read: () => Promise<Status>): void;
}

export const LOG_FORMATS = ['auto', 'json', 'text'] as const;

/**
 * Lines for people on a terminal, else JSON; LOG_FORMAT decides otherwise: `json`, or `text` for plain lines where there is no
 * terminal. What it can't be is told when the settings are read.
 */
export function openTerminal(env: Readonly<Record<string, string | undefined>>, stdout: NodeJS.WriteStream): Terminal {
  const format = env.LOG_FORMAT?.trim();
  if (format === 'text' || (stdout.isTTY && format !== 'json')) return createPeopleTerminal(env, stdout);
  return createJsonTerminal(stdout);
}
