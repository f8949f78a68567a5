import { exchangeOf, nowMicros } from '@tickwatch/core';
import { type Interval, merged, without } from '../../intervals.ts';
import { readAllHoles } from '../coverage/all-holes.ts';
import { broughtForAll, type ImportSpan } from '../coverage/brought-for-all.ts';
import type { KnownHole, LaneEdge } from '../coverage/coverage-facts.ts';
import { edgesOfExchanges } from '../coverage/edges.ts';
import { knownStocks } from '../coverage/fillings.ts';
import { missingParts } from '../coverage/missing-parts.ts';
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
  const rows = async (text: string): Promise<readonly Row[]> => snapshot.rows({ text, values: [] });
  const listened = new Map((await rows(LISTENED)).map((row) => [row.exchange_name ?? '', Number(row.since)]));
  const lanes = (await rows(LANES)).map(readLane);
  const traded = await askExchanges(snapshot);
  const led = [...snapshot.lanes.wanted, ...lanes.map(({ lane }) => lane)].map(exchangeOf);
  const names = [...new Set([...traded, ...listened.keys(), ...led])].sort();
  const asked = names.filter((name) => exchange === undefined || name === exchange);
  const edges = edgesOfExchanges(lanes, snapshot.lanes, nowMicros());
  const found: ExchangeDays[] = [];
  for (const name of asked) {
    const days = daysOf(name);
    const window = { from: days[0]?.from ?? 0, until: days.at(-1)?.until ?? 0 };
    const holes = await holesOf(snapshot, name, window);
    const spans = (await broughtTo(snapshot, name, window, holes)).map((span) => ({
      ...span,
      exchange: name,
      source: '',
    }));
    const firstTicks = new Map(traded.map((one) => [one, window.until]));
    const facts = { firstTicks, listenedFrom: listened, spans, holes };
    const { calendarOf } = snapshot;
    const inTail = snapshot.tail.filter((tick) => tick.exchange === name).map(({ time }) => time);
    const firstInTail = new Map(inTail.length === 0 ? [] : [[name, Math.min(...inTail)]]);
    const question = { exchanges: [name], asked: window, now: window.until - 1, firstInTail, edges, calendarOf };
    const parts = [...missingParts(facts, question), ...(await damagedParts(snapshot, name, window))];
    found.push({ exchange: name, coveredFrom: listened.get(name), days: timelineOf(name, parts, days, calendarOf) });
  }
  return found;
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
