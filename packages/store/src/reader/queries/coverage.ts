import { exchangeOf, nowMicros } from '@tickwatch/core';
import { type Interval, merged, without } from '../../intervals.ts';
import { readAllHoles } from '../coverage/all-holes.ts';
import { broughtForAll, type ImportSpan } from '../coverage/brought-for-all.ts';
import { type Missing, missingOfParts } from '../coverage/completeness.ts';
import type { KnownHole, LaneEdge } from '../coverage/coverage-facts.ts';
import { type Edge, edgesOfExchanges } from '../coverage/edges.ts';
import { knownStocks } from '../coverage/fillings.ts';
import { type MissingPart, missingParts } from '../coverage/missing-parts.ts';
import { unrecorded } from '../coverage/tail-holes.ts';
import { type DayCoverage, type DaySpan, timelineOf } from '../coverage/timeline.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { timeText } from '../sql/parameters.ts';
import { damagedParts } from './damaged-gaps.ts';
import { askExchanges } from './search.ts';

export interface CoverageQuestion {
  /** Default: all. */
  readonly exchange?: string | undefined;
  /** The days of an exchange, ascending, of today up to now. */
  readonly daysOf: (exchange: string) => readonly DaySpan[];
}

export interface ExchangeDays {
  readonly exchange: string;
  /** Since when it is listened to; `undefined`: it never was. µs. */
  readonly coveredFrom: number | undefined;
  readonly days: readonly DayCoverage[];
}

/** An import with more stocks is taken as a whole: it is counted, and its names are not compared. */
const MAX_NAMED = 500;

const LISTENED = 'SELECT exchange_name, unix_micros(from_time) AS since FROM coverage WHERE source IS NULL';
const LANES = `SELECT lane, exchange_name, lanes, unix_micros(covered_until) AS until, unix_micros(last_time) AS last FROM ingest_positions`;
const IMPORTS = `
  SELECT source, unix_micros(from_time) AS "from", unix_micros(to_time) + 1 AS until, bool_or(stock_name IS NULL) AS every,
         count(stock_name) AS stocks, CASE WHEN count(*) <= ${MAX_NAMED} THEN json_agg(stock_name)::text END AS names
    FROM coverage
   WHERE source IS NOT NULL AND exchange_name = $1 AND tstzrange(from_time, to_time, '[]') && tstzrange($2, $3, '[]')
   GROUP BY source, from_time, to_time`;

/** How much of each day there is, of each exchange that has ticks or is listened to. */
export async function askCoverage(
  snapshot: Snapshot,
  { exchange, daysOf }: CoverageQuestion,
): Promise<readonly ExchangeDays[]> {
  const known = await askListening(snapshot, exchange);
  const found: ExchangeDays[] = [];
  for (const name of known.exchanges) {
    const days = daysOf(name);
    const window = { from: days[0]?.from ?? 0, until: days.at(-1)?.until ?? 0 };
    const parts = [
      ...(await missingOf(snapshot, known, name, window, window.until - 1)),
      ...(await damagedParts(snapshot, name, window)),
    ];
    const coveredFrom = known.listened.get(name);
    found.push({ exchange: name, coveredFrom, days: timelineOf(name, parts, days, snapshot.calendarOf) });
  }
  return found;
}

/** What of a range is missing of any stock; but for damaged blocks. */
export async function askExchangesMissing(
  snapshot: Snapshot,
  exchange: string | undefined,
  span: Interval,
): Promise<Missing> {
  const now = nowMicros();
  const known = await askListening(snapshot, exchange);
  const parts: MissingPart[] = [];
  for (const name of known.exchanges) parts.push(...(await missingOf(snapshot, known, name, span, now)));
  const firsts = known.exchanges.flatMap((name) => known.listened.get(name) ?? []);
  parts.sort((a, b) => a.from - b.from || a.until - b.until);
  return missingOfParts(parts, firsts, snapshot.calendarOf, span);
}

/** What is known of exchanges that have ticks or are listened to. */
interface Listening {
  /** Those that were asked for. */
  readonly exchanges: readonly string[];
  /** Since when; µs. */
  readonly listened: ReadonlyMap<string, number>;
  readonly traded: readonly string[];
  readonly edges: ReadonlyMap<string, Edge>;
}

async function askListening(snapshot: Snapshot, exchange: string | undefined): Promise<Listening> {
  const rows = async (text: string): Promise<readonly Row[]> => snapshot.rows({ text, values: [] });
  const listened = new Map((await rows(LISTENED)).map((row) => [row.exchange_name ?? '', Number(row.since)]));
  const lanes = (await rows(LANES)).map(readLane);
  const traded = await askExchanges(snapshot);
  const led = [...snapshot.lanes.wanted, ...lanes.map(({ lane }) => lane)].map(exchangeOf);
  const names = [...new Set([...traded, ...listened.keys(), ...led])].sort();
  const exchanges = names.filter((name) => exchange === undefined || name === exchange);
  return { exchanges, listened, traded, edges: edgesOfExchanges(lanes, snapshot.lanes, nowMicros()) };
}

async function missingOf(
  snapshot: Snapshot,
  { listened, traded, edges }: Listening,
  exchange: string,
  asked: Interval,
  now: number,
): Promise<readonly MissingPart[]> {
  const holes = await holesOf(snapshot, exchange, asked);
  const spans = (await broughtTo(snapshot, exchange, asked, holes)).map((span) => ({ ...span, exchange, source: '' }));
  const firstTicks = new Map(traded.map((one) => [one, asked.until]));
  const inTail = snapshot.tail.filter((tick) => tick.exchange === exchange).map(({ time }) => time);
  const firstInTail = new Map(inTail.length === 0 ? [] : [[exchange, Math.min(...inTail)]]);
  const facts = { firstTicks, listenedFrom: listened, spans, holes };
  const { calendarOf } = snapshot;
  return missingParts(facts, { exchanges: [exchange], asked, now, firstInTail, edges, calendarOf });
}

async function holesOf(snapshot: Snapshot, exchange: string, asked: Interval): Promise<readonly KnownHole[]> {
  const recorded = await readAllHoles(snapshot, { asked, exchanges: [exchange] });
  const told = snapshot.lanes.holes.filter(({ lane }) => exchangeOf(lane) === exchange);
  return [...recorded, ...unrecorded(told, recorded, snapshot.lanes.committed, nowMicros())];
}

/** The times of which files brought everything that an exchange was known to have. */
async function broughtTo(
  snapshot: Snapshot,
  exchange: string,
  window: Interval,
  holes: readonly KnownHole[],
): Promise<readonly Interval[]> {
  const values = [exchange, timeText(window.from), timeText(window.until)];
  const rows = await snapshot.rows({ text: IMPORTS, values });
  if (rows.length === 0) return [];
  const stocks = await knownStocks(snapshot, exchange);
  const since = new Map(stocks.map(({ stock, since: first }) => [stock, first]));
  const times = [...since.values()].sort((a, b) => a - b);
  const imports = rows.map((row): ImportSpan => {
    const own = merged(holes.filter(({ source }) => source === row.source));
    const intervals = without({ from: Number(row.from), until: Number(row.until) }, own);
    const isEvery = `${row.every}` === 'true' || Number(row.stocks) >= countBelow(times, Number(row.until));
    if (isEvery) return { intervals, stocks: undefined };
    return { intervals, stocks: row.names == null ? [] : (JSON.parse(row.names) as string[]) };
  });
  return broughtForAll(imports, since);
}

function countBelow(sorted: readonly number[], limit: number): number {
  const count = sorted.findIndex((time) => time >= limit);
  return count < 0 ? sorted.length : count;
}

function readLane(row: Row): LaneEdge {
  const number = (text: string | null | undefined): number | undefined => (text == null ? undefined : Number(text));
  return {
    lane: row.lane ?? '',
    lanes: Number(row.lanes),
    coveredUntil: number(row.until),
    lastTime: number(row.last),
  };
}
