import type { GapReason, LaneName } from '@tickwatch/core';
import { nowMicros } from '@tickwatch/core';
import type { KnownHole } from '../coverage/coverage-facts.ts';
import { hasStock } from '../coverage/edges.ts';
import { ConcernedStocks, type Filling, fillingsOf, leftFor } from '../coverage/fillings.ts';
import { gapRowsStatement, type RecordedGap, readGapRow } from '../coverage/gap-rows.ts';
import { outsideOf, partsOfHole } from '../coverage/missing-parts.ts';
import { missingStretches } from '../coverage/open-time.ts';
import { unrecorded } from '../coverage/tail-holes.ts';
import type { Snapshot } from '../snapshot.ts';
import { damagedGaps } from './damaged-gaps.ts';
import type { Span } from './range.ts';

export interface GapsQuestion {
  readonly span: Span;
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
  readonly reason?: GapReason | undefined;
  /** True: also what files have filled. */
  readonly closed: boolean;
  readonly limit: number;
  readonly after?: GapKey | undefined;
}

/** Where a page ends: behind so many entries of one hole, or of the damaged blocks that begin at one moment. */
export interface GapKey {
  readonly from: number;
  /** 0: of damaged blocks. */
  readonly id: number;
  readonly seen: number;
}

/** A hole, or what files left of one. µs; its last moment is `until - 1`. */
export interface ListedGap extends Omit<KnownHole, 'ticks' | 'source'> {
  readonly detail: string;
  /** `undefined`: of a file, or a damaged block. */
  readonly laneName: LaneName | undefined;
  /** It goes on, as far as anybody knows. */
  readonly isOpen: boolean;
  readonly stocks: readonly string[] | undefined;
  readonly filled: boolean;
  readonly filledStocks: readonly string[];
}

export interface GapsPage {
  readonly gaps: readonly ListedGap[];
  /** `undefined`: this was the last page. */
  readonly next: GapKey | undefined;
}

const ROWS_AT_ONCE = 200;
export const MAX_FILLED_STOCKS = 100;
/** Behind all that is recorded. */
const UNRECORDED = { from: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };

/** Holes that overlap a span, each but for what files brought since, and the damaged blocks in it. */
export async function askGaps(snapshot: Snapshot, question: GapsQuestion): Promise<GapsPage> {
  const page = new GapPaging(question);
  for await (const entry of entries(snapshot, question, page.key)) if (!page.add(entry)) return page.cut();
  return page.whole();
}

/** The first entries from a key on, what is seen of it included. @param most so many of them */
export async function askGapEntries(
  snapshot: Snapshot,
  question: GapsQuestion,
  most: number,
): Promise<{ readonly entries: readonly GapEntry[]; readonly isAll: boolean }> {
  const found: GapEntry[] = [];
  for await (const entry of entries(snapshot, question, question.after ?? FIRST)) {
    if (found.length === most) return { entries: found, isAll: false };
    found.push(entry);
  }
  return { entries: found, isAll: true };
}

const FIRST: GapKey = { from: 0, id: 0, seen: 0 };

/** Makes a page of entries that come in order. */
export class GapPaging {
  /** Where it ends. */
  key: GapKey;
  readonly #gaps: ListedGap[] = [];
  readonly #limit: number;
  #toSkip: number;

  constructor({ after = FIRST, limit }: GapsQuestion) {
    this.key = after;
    this.#limit = limit;
    this.#toSkip = after.seen;
  }

  /** @returns false: the page is full without it */
  add({ gap, from, id }: GapEntry): boolean {
    const isOfKey = from === this.key.from && id === this.key.id;
    if (this.#toSkip > 0 && isOfKey) {
      this.#toSkip--;
      return true;
    }
    if (this.#gaps.length === this.#limit) return false;
    this.#toSkip = 0;
    this.key = { from, id, seen: isOfKey ? this.key.seen + 1 : 1 };
    this.#gaps.push(gap);
    return true;
  }

  cut(): GapsPage {
    return { gaps: this.#gaps, next: this.key };
  }

  whole(): GapsPage {
    return { gaps: this.#gaps, next: undefined };
  }
}

/** Several may be of one key, of one hole say; they come one after the other. */
export interface GapEntry {
  readonly gap: ListedGap;
  readonly from: number;
  readonly id: number;
}

/** By time; what is open now, or not recorded yet, comes last. */
async function* entries(snapshot: Snapshot, question: GapsQuestion, after: GapKey): AsyncGenerator<GapEntry, void> {
  const damaged = damagedGaps(snapshot, question, after);
  let next = await damaged.next();
  for await (const entry of recordedEntries(snapshot, question, after)) {
    for (; next.done !== true && next.value.from <= entry.from; next = await damaged.next())
      yield blockEntry(next.value);
    yield entry;
  }
  for (; next.done !== true; next = await damaged.next()) yield blockEntry(next.value);
  for (const gap of await openGaps(snapshot, question)) yield { gap, ...UNRECORDED };
}

function blockEntry(gap: ListedGap): GapEntry {
  return { gap, from: gap.from, id: 0 };
}

async function* recordedEntries(
  snapshot: Snapshot,
  question: GapsQuestion,
  after: GapKey,
): AsyncGenerator<GapEntry, void> {
  const { span: asked, stock, exchange, reason } = question;
  const exchanges = exchange === undefined ? undefined : [exchange];
  const concerned = new ConcernedStocks(snapshot);
  for (let first: GapKey | undefined = after; first !== undefined; ) {
    const statement = gapRowsStatement({ asked, stock, exchanges, reason, first, limit: ROWS_AT_ONCE });
    const rows: readonly RecordedGap[] = (await snapshot.rows(statement)).map(readGapRow);
    const { byHole, holes } = await fillingsOf(snapshot, rows, stock);
    for (const row of rows.slice(0, holes)) {
      const gaps = await listedParts(snapshot, question, row, byHole.get(row.id), concerned);
      for (const gap of gaps) yield { gap, from: row.from, id: row.id };
    }
    const last = rows[holes - 1];
    const isLast = rows.length < ROWS_AT_ONCE && holes === rows.length;
    first = last === undefined || isLast ? undefined : { from: last.from, id: last.id + 1, seen: 0 };
  }
}

/** The parts of a recorded hole that are still missing and were asked for; or the whole of it, filled, when that was asked. */
async function listedParts(
  snapshot: Snapshot,
  { span, stock, closed }: GapsQuestion,
  row: RecordedGap,
  filling: Filling | undefined,
  concerned: ConcernedStocks,
): Promise<readonly ListedGap[]> {
  const { calendarOf } = snapshot;
  const { common, ofStocks } = filling ?? { common: [], ofStocks: new Map() };
  const stocks = stock !== undefined ? [stock] : ofStocks.size === 0 ? [] : await concerned.of(row);
  const left = leftFor(row, { common, ofStocks }, stocks);
  const listed = { ...row, laneName: row.lane === '' ? undefined : row.lane, isOpen: false };
  const parts = partsOfHole(row, left.filled, outsideOf(calendarOf(row.exchange)));
  if (parts.length === 0) return closed ? [{ ...listed, filled: true, filledStocks: [] }] : [];
  const filledStocks = stock === undefined ? left.stocks.slice(0, MAX_FILLED_STOCKS) : [];
  return parts
    .filter((part) => part.from < span.until && part.until > span.from)
    .filter((part) => row.reason !== 'not_listening' || missingStretches(part, calendarOf, part).next().done !== true)
    .map(({ from, until, messages }) => ({ ...listed, from, until, messages, filled: false, filledStocks }));
}

/** What subscribers tell and the database does not. */
async function openGaps(snapshot: Snapshot, question: GapsQuestion): Promise<readonly ListedGap[]> {
  const { span, stock, exchange, reason } = question;
  const told = snapshot.lanes.holes
    .filter((hole) => stock === undefined || hasStock(hole.lane, hole.lanes, stock))
    .filter((hole) => reason === undefined || hole.reason === reason);
  if (told.length === 0) return [];
  const now = nowMicros();
  const all = unrecorded(told, [], snapshot.lanes.committed, now);
  const asked = { from: Math.min(...all.map(({ from }) => from)), until: Number.POSITIVE_INFINITY };
  const recorded = await snapshot.rows(gapRowsStatement({ asked, limit: 50 * ROWS_AT_ONCE }));
  return unrecorded(told, recorded.map(readGapRow), snapshot.lanes.committed, now)
    .filter((hole) => exchange === undefined || hole.exchange === exchange)
    .filter((hole) => hole.from < span.until && hole.until > span.from)
    .sort((a, b) => a.from - b.from)
    .map((hole) => ({
      ...hole,
      laneName: hole.lane,
      isOpen: !hole.ticks.until,
      stocks: undefined,
      filled: false,
      filledStocks: [],
    }));
}
