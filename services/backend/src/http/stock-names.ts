import { MAX_NAMED_STOCKS } from '@tickwatch/core';
import { ParameterError } from './problem-reply.ts';

/**
 * The names that the parameter `stocks` lists. A name may hold commas: it is found whole, too.
 * @throws ParameterError too many, or one that no stock can have
 */
export function readStockNames(given: string | readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const names = [given].flat().flatMap((text) => [text, ...text.split(',')]);
  const wanted = [...new Set(names)].filter((name) => name !== '');
  if (wanted.length > 2 * MAX_NAMED_STOCKS) {
    throw new ParameterError('stocks', `stocks lists more than ${MAX_NAMED_STOCKS} names`);
  }
  if (wanted.some((name) => name.includes('\0'))) throw new ParameterError('stocks', 'stocks holds a NUL character');
  return wanted;
}
