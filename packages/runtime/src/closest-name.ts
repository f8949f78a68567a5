import { editDistance } from '@tickwatch/core';

/** Shorter names are too easily two letters from something else (HOST and HOME). */
const MIN_LENGTH = 9;
const MAX_DISTANCE = 2;

/** The known setting that a name most likely misspells, if any. */
export function closestName(name: string, known: ReadonlySet<string>): string | undefined {
  if (name.length < MIN_LENGTH) return undefined;
  for (const candidate of known) {
    if (candidate.length >= MIN_LENGTH && editDistance(name, candidate, MAX_DISTANCE) <= MAX_DISTANCE) return candidate;
  }
  return undefined;
}
