import { type EpochMicros, formatMicros, type GapReason, laneIndex, mayBeInLane } from '@tickwatch/core';
import type pg from 'pg';
import type { CoveredSpan, Span } from './import-coverage.ts';
import { type Interval, merged, without } from './intervals.ts';
import { HOLES_TOUCHED, IMPORTS_TOUCHED, REJECTED_TOUCHED, STOCKS_SINCE } from './statements/coverage-statements.ts';

/** A hole that an import fills, wholly or in part. */
export interface ClosedHole extends Span {
  readonly exchange: string;
  readonly reason: GapReason;
  /** `undefined`: nobody knows how many. */
  readonly messages: number | undefined;
  /** How many stocks it concerns, and of how many of them nothing is missing any more. */
  readonly stocks: number;
  readonly closed: number;
  /** What is still missing of a stock that is in the import; empty: nothing. */
  readonly left: readonly Span[];
}

export interface ClosedHoles {
  readonly holes: readonly ClosedHole[];
  /** Holes that it touches besides, which were not looked at. */
  readonly more: number;
}

/** So many holes are looked at. */
const MAX_LOOKED_AT = 200;

interface HoleRow {
  readonly lane: string;
  readonly lanes: number;
  readonly from: string;
  readonly to: string;
  readonly messages: string | null;
  readonly reason: GapReason;
  readonly stocks: readonly string[] | null;
  readonly source: string | null;
  readonly all: string;
}

interface SpanRow {
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly stocks: readonly string[] | null;
}

/** A time, of some stocks (`undefined`: all), and whose it is. */
interface Part extends Span {
  readonly source: string | undefined;
  readonly stocks: ReadonlySet<string> | undefined;
}

/**
 * Which holes the spans of an import fill that were open without it.
 * @param source the import's name; `undefined`: it is not stored, and this is what it would do
 * @param rejected holes that it has itself, as far as they are not stored
 */
export async function closedHoles(
  client: pg.ClientBase,
  spans: readonly CoveredSpan[],
  source: string | undefined,
  rejected: readonly CoveredSpan[] = [],
): Promise<ClosedHoles> {
  const holes: ClosedHole[] = [];
  let more = 0;
  for (const exchange of new Set(spans.map((span) => span.exchange))) {
    const own = spans.filter((span) => span.exchange === exchange);
    const from = formatMicros(Math.min(...own.map((span) => span.from)) as EpochMicros);
    const to = formatMicros(Math.max(...own.map((span) => span.to)) as EpochMicros);
    const { rows } = await client.query<HoleRow>(HOLES_TOUCHED, [exchange, from, to, source ?? null, MAX_LOOKED_AT]);
    if (rows.length === 0) continue;
    more += Number(rows[0]?.all) - rows.length;
    const refused = rejected.filter((one) => one.exchange === exchange);
    const filler = await readFiller(client, exchange, rows, source, own, refused);
    holes.push(...rows.flatMap((row) => filler.closed(row) ?? []));
  }
  return { holes, more };
}

async function readFiller(
  client: pg.ClientBase,
  exchange: string,
  holes: readonly HoleRow[],
  source: string | undefined,
  own: readonly CoveredSpan[],
  rejected: readonly CoveredSpan[],
): Promise<Filler> {
  const from = formatMicros(Math.min(...holes.map((hole) => Number(hole.from))) as EpochMicros);
  const to = formatMicros(Math.max(...holes.map((hole) => Number(hole.to))) as EpochMicros);
  const imports = await client.query<SpanRow>(IMPORTS_TOUCHED, [exchange, from, to]);
  const unread = await client.query<SpanRow>(REJECTED_TOUCHED, [exchange, from, to]);
  const stocks = await client.query<{ stock: string; since: string }>(STOCKS_SINCE, [exchange]);
  const asOwn = (span: CoveredSpan): Part => ({ ...span, source, stocks: span.stocks && new Set(span.stocks) });
  return new Filler(
    exchange,
    own.map(asOwn),
    imports.rows.filter((row) => row.source !== source).map(asPart),
    [...unread.rows.map(asPart), ...rejected.map(asOwn)],
    stocks.rows.map(({ stock, since }) => ({ stock, since: Number(since) })),
  );
}

function asPart({ source, from, to, stocks }: SpanRow): Part {
  const set = stocks === null ? undefined : new Set(stocks);
  return { source, from: Number(from) as EpochMicros, to: Number(to) as EpochMicros, stocks: set };
}

/** What imports bring of an exchange. */
class Filler {
  readonly #exchange: string;
  readonly #own: readonly Part[];
  readonly #others: readonly Part[];
  readonly #unread: readonly Part[];
  readonly #stocks: readonly { readonly stock: string; readonly since: number }[];

  constructor(
    exchange: string,
    own: readonly Part[],
    others: readonly Part[],
    unread: readonly Part[],
    stocks: readonly { readonly stock: string; readonly since: number }[],
  ) {
    this.#exchange = exchange;
    this.#own = own;
    this.#others = others;
    this.#unread = unread;
    this.#stocks = stocks;
  }

  /** `undefined`: nothing of it is filled that was open. */
  closed(row: HoleRow): ClosedHole | undefined {
    const hole = { from: Number(row.from) as EpochMicros, to: Number(row.to) as EpochMicros };
    const near = (parts: readonly Part[]): readonly Part[] =>
      parts.filter(({ from, to, source }) => from <= hole.to && to >= hole.from && source !== (row.source ?? NOBODY));
    const [own, others] = [near(this.#own), near(this.#others)];
    const unread = this.#unread.filter(({ from, to }) => from <= hole.to && to >= hole.from);
    const concerned = this.#concerned(row, hole.to);
    let [closed, touched] = [0, 0];
    let left: readonly Interval[] = [];
    for (const stock of concerned) {
      const open = without(asInterval(hole), broughtOf(stock, others, unread));
      const brought = broughtOf(stock, own, unread);
      const still = open.flatMap((interval) => without(interval, brought));
      if (still.length === 0) closed++;
      if (length(still) === length(open)) continue;
      touched++;
      if (still.length > 0 && (left.length === 0 || length(still) < length(left))) left = still;
    }
    if (touched === 0) return undefined;
    const messages = row.messages === null ? undefined : Number(row.messages);
    return {
      ...hole,
      exchange: this.#exchange,
      reason: row.reason,
      messages,
      stocks: concerned.length,
      closed,
      left: left.map(asSpan),
    };
  }

  /** The stocks that may lack something: those known by then; `undefined` among them: one that nobody knows. */
  #concerned({ lane, lanes, stocks, source }: HoleRow, to: number): readonly (string | undefined)[] {
    if (stocks !== null) return stocks;
    // What a file could not read is of stocks that it covers.
    const named = this.#others.filter((part) => source !== null && part.source === source);
    if (named.length > 0 && named.every((part) => part.stocks !== undefined)) {
      return [...new Set(named.flatMap((part) => [...(part.stocks ?? [])]))];
    }
    const index = lane === '' ? 0 : laneIndex(lane);
    const known = this.#stocks.filter(({ stock, since }) => since <= to && mayBeInLane(stock, index, lanes));
    return known.length === 0 ? [undefined] : known.map(({ stock }) => stock);
  }
}

/** No import's name. */
const NOBODY = Symbol('nobody');

/** What parts bring of a stock: an import has nothing where its own lines could not be read. */
function broughtOf(stock: string | undefined, parts: readonly Part[], unread: readonly Part[]): readonly Interval[] {
  const concerns = ({ stocks }: Part): boolean => stocks === undefined || (stock !== undefined && stocks.has(stock));
  const brought = parts.filter(concerns).flatMap((part) => {
    const own = unread.filter((one) => one.source === part.source && concerns(one));
    return without(asInterval(part), merged(own.map(asInterval)));
  });
  return merged(brought);
}

function asInterval({ from, to }: Span): Interval {
  return { from, until: to + 1 };
}

function asSpan({ from, until }: Interval): Span {
  return { from: from as EpochMicros, to: (until - 1) as EpochMicros };
}

function length(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, until }) => sum + until - from, 0);
}
