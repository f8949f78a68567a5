/** Shorter names are too easily two letters from something else (HOST and HOME). */
const MIN_LENGTH = 9;
const MAX_DISTANCE = 2;

/** The known setting that a name most likely misspells, if any. */
export function closestName(name: string, known: ReadonlySet<string>): string | undefined {
  if (name.length < MIN_LENGTH) return undefined;
  for (const candidate of known) {
    if (candidate.length >= MIN_LENGTH && distance(name, candidate) <= MAX_DISTANCE) return candidate;
  }
  return undefined;
}

/** Levenshtein distance; more than 2 is told as 3 where the lengths show it. */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replace, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
