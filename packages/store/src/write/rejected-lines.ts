import type { RejectedLines } from './file-holes.ts';

/** More stocks are all. */
const MAX_STOCKS = 100;

/** Lines that no tick stands between, those of an exchange together. */
export function joinLines(all: readonly RejectedLines[]): readonly RejectedLines[] {
  const joined = new Map<string | undefined, RejectedLines>();
  for (const lines of all) {
    const known = joined.get(lines.exchange);
    joined.set(lines.exchange, known === undefined ? lines : join(known, lines));
  }
  return [...joined.values()];
}

function join(a: RejectedLines, b: RejectedLines): RejectedLines {
  return {
    ...a,
    count: a.count + b.count,
    firstRow: Math.min(a.firstRow, b.firstRow),
    lastRow: Math.max(a.lastRow, b.lastRow),
    stocks: joinStocks(a.stocks, b.stocks),
  };
}

/** @returns `undefined`: not known, or too many to list */
export function joinStocks(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.length === 1 && b.length === 1 && a[0] === b[0]) return a;
  const both = [...new Set([...a, ...b])];
  return both.length > MAX_STOCKS ? undefined : both;
}

/** Lines, and the tick that stands behind them. */
export interface Placed {
  readonly lines: RejectedLines;
  readonly until: number;
}

/** At most about so many: neighbours of an exchange become one, with the ticks between them. @param all in the file's order */
export function chunked(all: readonly RejectedLines[], most: number): readonly Placed[] {
  const each = Math.ceil(all.length / most);
  if (each <= 1) return all.map((lines) => ({ lines, until: lines.behindTicks }));
  const byExchange = new Map<string | undefined, RejectedLines[]>();
  for (const lines of all) {
    const known = byExchange.get(lines.exchange);
    if (known === undefined) byExchange.set(lines.exchange, [lines]);
    else known.push(lines);
  }
  return [...byExchange.values()].flatMap((lines) => {
    return Array.from({ length: Math.ceil(lines.length / each) }, (_, i) => {
      const chunk = lines.slice(i * each, (i + 1) * each);
      return { lines: chunk.reduce(join), until: chunk.at(-1)?.behindTicks ?? 0 };
    });
  });
}
