import { readFileSync } from 'node:fs';
import { nearestOf } from '@tickwatch/core';
import { EnvReader } from '../env-reader.ts';
import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import { runService } from '../run-service.ts';
import { wantsHelp } from './print-help.ts';
import { unknownWord } from './read-arguments.ts';
import { settingLines, settingsAsked } from './setting-lines.ts';

/** What `--help` tells of a program that is set by its environment. */
export interface Usage {
  /** As it is typed. */
  readonly command: string;
  /** What it does, in lines. */
  readonly what: string;
  /** Command lines. */
  readonly examples: readonly string[];
}

export interface ServiceMain<Config> {
  /** In the log. */
  readonly name: string;
  readonly usage: Usage;
  /** Reads the settings; `env.finish()` is done here. */
  readonly read: (env: EnvReader) => Config;
  readonly start: (config: Config, log: Logger, signal: AbortSignal) => Promise<AsyncDisposable>;
}

/** A service's whole main: answers `--help`, refuses arguments, reads the settings and runs it. */
export async function serviceMain<Config>({ name, usage, read, start }: ServiceMain<Config>): Promise<void> {
  if (answerArguments(usage, read)) return;
  await runService(name, (log, signal) => {
    const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
    const config = read(env);
    env.finish();
    return start(config, log, signal);
  });
}

const HELP = ['--help', '-h'];
const MISUSED = 2;

/**
 * Answers the arguments of a program that takes none but `--help`.
 * @returns true: it is answered, and the exit code is set
 */
export function answerArguments(
  usage: Usage,
  read: (env: EnvReader) => unknown,
  words = process.argv.slice(2),
): boolean {
  const [first, second] = words;
  if (first === undefined) return false;
  const settings = settingsAsked(read);
  if (wantsHelp(words)) process.stdout.write(helpText(usage, settings));
  else {
    process.stderr.write(
      `${printable(refusal(usage, first.includes('=') ? first : `${first}=${second ?? '…'}`, [...settings.keys()]))}\n--help tells more\n`,
    );
    process.exitCode = MISUSED;
  }
  return true;
}

function helpText({ command, what, examples }: Usage, settings: ReadonlyMap<string, string | undefined>): string {
  const shown = examples.map((example) => `  ${example}\n`).join('');
  const lines = settingLines(settings).join('\n');
  return `${command} [--help]\n\n${what}\n\nIt takes no other arguments. Settings, from the environment:\n\n${lines}\n\nExamples:\n${shown}`;
}

/** Whoever gives a setting as an argument is told how it is set. @param argument with its value behind `=` */
function refusal({ command }: Usage, argument: string, settings: readonly string[]): string {
  const [word = '', value = ''] = argument.split('=');
  const setting = nearestOf(word.replace(/^-+/, '').replaceAll('-', '_').toUpperCase(), settings);
  if (setting === undefined || nearestOf(word, HELP) !== undefined) return unknownWord(word, HELP);
  const right = `${setting}=${value} ${command.replace(/ --$/, '')}`;
  return `"${word}" is no argument: settings come from the environment. ${setting} is meant?  ${right}`;
}
