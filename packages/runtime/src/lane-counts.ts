import { type LaneCounts, MAX_LANES } from '@tickwatch/core';

const FORM = `it has to be a whole number from 1 to ${MAX_LANES} for all exchanges, or one for each, as in NASDAQ:4,NYSE:2`;

/**
 * Reads `4`, or `NASDAQ:4,NYSE:2`, where exchanges that are not named have one.
 * @param problem gets, in words, what is wrong with it
 */
export function parseLaneCounts(
  text: string,
  exchanges: readonly string[],
  problem: (what: string) => undefined = () => undefined,
): LaneCounts | undefined {
  const forAll = parseCount(text);
  const counts = new Map(exchanges.map((exchange) => [exchange, forAll ?? 1]));
  if (forAll !== undefined) return counts;
  const named = new Set<string>();
  for (const item of text.split(',')) {
    const [exchange = '', number = '', more] = item.split(':').map((part) => part.trim());
    const count = parseCount(number);
    if (exchange === '' || count === undefined || more !== undefined) return problem(FORM);
    if (!counts.has(exchange)) return problem(`"${exchange}" is none of the exchanges ${exchanges.join(', ')}`);
    if (named.has(exchange)) return problem(`"${exchange}" is named twice`);
    named.add(exchange);
    counts.set(exchange, count);
  }
  return counts;
}

function parseCount(text: string): number | undefined {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MAX_LANES ? count : undefined;
}
