/** Stocks whose name has what was typed: those first that are it, then that begin with it. Each name once. */
export function findStocks(names: Iterable<string>, typed: string, most: number): readonly string[] {
  const sought = typed.trim().toUpperCase();
  const found = new Map<string, number>();
  for (const name of names) {
    const at = name.toUpperCase().indexOf(sought);
    if (at >= 0) found.set(name, name.length === sought.length ? 0 : at === 0 ? 1 : 2);
  }
  const byRank = (a: readonly [string, number], b: readonly [string, number]): number =>
    a[1] - b[1] || (a[0] < b[0] ? -1 : 1);
  return [...found]
    .sort(byRank)
    .slice(0, most)
    .map(([name]) => name);
}
