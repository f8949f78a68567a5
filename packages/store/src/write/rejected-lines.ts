import type { EpochMicros } from '@tickwatch/core';
import type { RejectedLines } from './file-holes.ts';

/** More stocks are all. */
const MAX_STOCKS = 100;

/** Lines that no tick stands between, those of an exchange together. */
export function joinLines(all: readonly RejectedLines[]): readonly RejectedLines[] {
  const joined = new Map<string | undefined, RejectedLines>();
  for (const lines of all) {
    const known = joined.get(lines.exchange);
    joined.set(lines.exchange, known === undefined ? lines : joinTwo(known, lines));
  }
  return [...joined.values()];
}

/** Two of one exchange, as one behind as many ticks as the first. */
export function joinTwo(a: RejectedLines, b: RejectedLines): RejectedLines {
  return {
    ...a,
    count: a.count + b.count,
    firstRow: Math.min(a.firstRow, b.firstRow),
    lastRow: Math.max(a.lastRow, b.lastRow),
    stocks: joinStocks(a.stocks, b.stocks),
    times: joinTimes(a.times, b.times),
  };
}

function joinTimes(a: RejectedLines['times'], b: RejectedLines['times']): RejectedLines['times'] {
  if (a === undefined || b === undefined) return undefined;
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}

/** @returns `undefined`: not known, or too many to list */
function joinStocks(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.length === 1 && b.length === 1 && a[0] === b[0]) return a;
  const both = [...new Set([...a, ...b])];
  return both.length > MAX_STOCKS ? undefined : both;
}

/** Lines, and where they may be. */
export interface Placed {
  readonly lines: RejectedLines;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  readonly fromSeq: number | undefined;
  readonly toSeq: number | undefined;
}

/** At most about so many: neighbours of an exchange become one, with what lies between them. @param all in the file's order */
export function chunked(all: readonly Placed[], most: number): readonly Placed[] {
  const each = Math.ceil(all.length / most);
  if (each <= 1) return all;
  const byExchange = new Map<string | undefined, Placed[]>();
  for (const place of all) {
    const known = byExchange.get(place.lines.exchange);
    if (known === undefined) byExchange.set(place.lines.exchange, [place]);
    else known.push(place);
  }
  return [...byExchange.values()].flatMap((places) => {
    const chunks = Array.from({ length: Math.ceil(places.length / each) }, (_, i) =>
      places.slice(i * each, (i + 1) * each),
    );
    return chunks.map((chunk) => chunk.reduce(joinPlaces));
  });
}

function joinPlaces(a: Placed, b: Placed): Placed {
  return {
    lines: joinTwo(a.lines, b.lines),
    from: a.from < b.from ? a.from : b.from,
    to: a.to > b.to ? a.to : b.to,
    fromSeq: a.fromSeq,
    toSeq: b.toSeq,
  };
}
