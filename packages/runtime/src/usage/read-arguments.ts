import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestOf } from '@tickwatch/core';

/** What the caller asked for is not possible; its message is all that is printed. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/**
 * A command's arguments.
 * @throws UsageError that names the nearest option where one is not known
 */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw error instanceof Error ? new UsageError(told(error, Object.keys(config.options ?? {}))) : error;
  }
}

function told(error: Error, options: readonly string[]): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(error.message)?.[1];
  if (unknown !== undefined)
    return unknownWord(
      unknown,
      [...options, 'help'].map((name) => `--${name}`),
    );
  const extra = /^Unexpected argument '([^']*)'/.exec(error.message)?.[1];
  return extra === undefined ? error.message : `"${extra}" is one argument too many`;
}

/** That a word of the command line is not known, and which one is meant, or which there are. */
export function unknownWord(word: string, known: readonly string[]): string {
  const nearest = nearestOf(word, known);
  const hint = nearest === undefined ? `it can be ${known.join(', ')}` : `${nearest} is meant?`;
  return `"${word}" is not known here; ${hint}`;
}
