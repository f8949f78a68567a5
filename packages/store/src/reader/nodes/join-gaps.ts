import {
  type GapEntry,
  type GapKey,
  GapPaging,
  type GapsPage,
  type GapsQuestion,
  type ListedGap,
  MAX_FILLED_STOCKS,
} from '../queries/gaps.ts';
import { compareBytes } from '../stock-order.ts';

export interface NodeGaps {
  readonly entries: readonly GapEntry[];
  /** False: there are more behind them. */
  readonly isAll: boolean;
}

/** @returns `undefined`: nodes have to tell more entries for it */
export function joinGaps(nodes: readonly NodeGaps[], question: GapsQuestion): GapsPage | undefined {
  // Of the key where a node's entries end there may be more.
  const ends = nodes.flatMap(({ entries, isAll }) => (isAll ? [] : (entries.at(-1) ?? [])));
  const end = ends.sort(compareKeys)[0];
  const known = nodes
    .flatMap(({ entries }) => entries)
    .filter((entry) => end === undefined || compareKeys(entry, end) < 0);
  const page = new GapPaging(question);
  for (const entry of withoutCopies(known.sort(compareEntries))) if (!page.add(entry)) return page.cut();
  return end === undefined ? page.whole() : undefined;
}

type Key = Pick<GapKey, 'from' | 'id'>;

function compareKeys(a: Key, b: Key): number {
  return a.from - b.from || a.id - b.id;
}

/** Those of a node stay in their order. What is not recorded has one key, and damaged blocks of one moment have. */
function compareEntries(a: GapEntry, b: GapEntry): number {
  return (
    compareKeys(a, b) ||
    a.gap.from - b.gap.from ||
    (a.id > 0
      ? 0
      : compareBytes(a.gap.stocks?.[0] ?? '', b.gap.stocks?.[0] ?? '') || compareBytes(a.gap.exchange, b.gap.exchange))
  );
}

/**
 * A hole of a file, or of lanes that nobody leads any more, may be in each database, as it was in the one that was divided. It is
 * filled where it is for every node's stocks.
 */
function withoutCopies(entries: readonly GapEntry[]): Iterable<GapEntry> {
  const open = new Set(entries.filter(({ gap }) => !gap.filled).map(holeText));
  const found = new Map<string, GapEntry>();
  for (const entry of entries) {
    if (entry.gap.filled && open.has(holeText(entry))) continue;
    const key = JSON.stringify([entry.from, entry.id, { ...entry.gap, filledStocks: [] }]);
    const known = found.get(key);
    found.set(key, known === undefined ? entry : { ...known, gap: joinFilled(known.gap, entry.gap) });
  }
  return found.values();
}

function holeText({ from, id, gap }: GapEntry): string {
  return JSON.stringify([from, id, gap.lane, gap.exchange, gap.reason, gap.detail]);
}

function joinFilled(one: ListedGap, other: ListedGap): ListedGap {
  const stocks = [...new Set([...one.filledStocks, ...other.filledStocks])];
  return { ...one, filledStocks: stocks.slice(0, MAX_FILLED_STOCKS) };
}
