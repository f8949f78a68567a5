/**
 * How many letters must be added, left out, replaced, or swapped with the next one, to make one text of the other; of texts that
 * are further apart than `most`, only that they are.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  let least = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let leastHere = i;
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : replace;
      const distance = Math.min(replace, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(distance);
      leastHere = Math.min(leastHere, distance);
    }
    // Rows only grow, but for a swap, which looks one further back.
    if (leastHere > most && least > most) return most + 1;
    least = leastHere;
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
