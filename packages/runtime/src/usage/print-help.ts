import { printable } from '../printable.ts';
import { UsageError } from './read-arguments.ts';

const HELP: readonly string[] = ['--help', '-h'];

/** Whether a command line asks for help. */
export function wantsHelp(words: readonly string[] = process.argv.slice(2)): boolean {
  return words.some((word) => HELP.includes(word));
}

/** Prints how a script of this repository is used and ends, where its command line asks for that. */
export function helpIfWanted(usage: string): void {
  if (!wantsHelp()) return;
  process.stdout.write(`${usage}\n`);
  process.exit();
}

/** For a script: what it reads of its arguments; where that is not possible, it says why and ends. */
export function readOrEnd<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${printable(error.message)}\n--help tells more\n`);
    process.exit(2);
  }
}
