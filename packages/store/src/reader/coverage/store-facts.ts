import { type CalendarOf, exchangeOf, nowMicros } from '@tickwatch/core';
import { type Interval, merged, without } from '../../intervals.ts';
import { damagedParts } from '../queries/damaged-gaps.ts';
import { askExchanges } from '../queries/search.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { readAllHoles } from './all-holes.ts';
import { broughtTo } from './brought-to.ts';
import type { KnownHole, LaneEdge } from './coverage-facts.ts';
import { type Edge, edgesOfExchanges } from './edges.ts';
import { type MissingPart, missingParts } from './missing-parts.ts';
import { unrecorded } from './tail-holes.ts';

/** What is known of how much there is of exchanges that have ticks or are listened to, of all their stocks. */
export interface StoreFacts {
  /** Those that were asked for, by name. */
  readonly exchanges: readonly string[];
  /** Since when they are listened to; µs. */
  readonly listened: ReadonlyMap<string, number>;
  /** Those that have ticks. */
  readonly traded: readonly string[];
  readonly edges: ReadonlyMap<string, Edge>;
  readonly ofExchange: ReadonlyMap<string, ExchangeFacts>;
  readonly calendarOf: CalendarOf;
}

export interface ExchangeFacts {
  readonly holes: readonly KnownHole[];
  /** Of which files brought every stock that was known. */
  readonly brought: readonly Interval[];
  /** The first tick that is not stored yet; µs. */
  readonly firstInTail: number | undefined;
  readonly damaged: readonly MissingPart[];
}

const LISTENED = 'SELECT exchange_name, unix_micros(from_time) AS since FROM coverage WHERE source IS NULL';
const LANES = `SELECT lane, exchange_name, lanes, unix_micros(covered_until) AS until, unix_micros(last_time) AS last FROM ingest_positions`;

/** @param exchange `undefined`: all @param windowOf which time of an exchange is asked for @param withDamage whether damaged blocks are */
export async function askStoreFacts(
  snapshot: Snapshot,
  exchange: string | undefined,
  windowOf: (exchange: string) => Interval,
  withDamage: boolean,
): Promise<StoreFacts> {
  const rows = async (text: string): Promise<readonly Row[]> => snapshot.rows({ text, values: [] });
  const listened = new Map((await rows(LISTENED)).map((row) => [row.exchange_name ?? '', Number(row.since)]));
  const lanes = (await rows(LANES)).map(readLane);
  const traded = await askExchanges(snapshot);
  const led = [...snapshot.lanes.wanted, ...lanes.map(({ lane }) => lane)].map(exchangeOf);
  const names = [...new Set([...traded, ...listened.keys(), ...led])].sort();
  const exchanges = names.filter((name) => exchange === undefined || name === exchange);
  const ofExchange = new Map<string, ExchangeFacts>();
  for (const name of exchanges) {
    const window = windowOf(name);
    const holes = await holesOf(snapshot, name, window);
    const inTail = snapshot.tail.filter((tick) => tick.exchange === name).map(({ time }) => time);
    ofExchange.set(name, {
      holes,
      brought: await broughtTo(snapshot, name, window, holes),
      firstInTail: inTail.length === 0 ? undefined : Math.min(...inTail),
      damaged: withDamage ? await damagedParts(snapshot, name, window) : [],
    });
  }
  const edges = edgesOfExchanges(lanes, snapshot.lanes, nowMicros());
  return { exchanges, listened, traded, edges, ofExchange, calendarOf: snapshot.calendarOf };
}

/** What of a time is missing of an exchange; but for damaged blocks. @param asked as it was asked for @param now µs */
export function partsOfExchange(
  { listened, traded, edges, ofExchange, calendarOf }: StoreFacts,
  exchange: string,
  asked: Interval,
  now: number,
): readonly MissingPart[] {
  const { holes, brought, firstInTail: first } = ofExchange.get(exchange) ?? NOTHING;
  const spans = brought.map((span) => ({ ...span, exchange, source: '' }));
  const firstTicks = new Map(traded.map((one) => [one, asked.until]));
  const firstInTail = new Map(first === undefined ? [] : [[exchange, first]]);
  const facts = { firstTicks, listenedFrom: listened, spans, holes };
  return missingParts(facts, { exchanges: [exchange], asked, now, firstInTail, edges, calendarOf });
}

const NOTHING: ExchangeFacts = { holes: [], brought: [], firstInTail: undefined, damaged: [] };

/** What several databases that share the lanes know together, as if one did. Each has stocks of its own. */
export function joinFacts(all: readonly StoreFacts[]): StoreFacts {
  const [first] = all;
  if (first === undefined || all.length === 1) return first ?? noFacts();
  const exchanges = [...new Set(all.flatMap((one) => one.exchanges))].sort();
  return {
    exchanges,
    listened: smallest(all.flatMap(({ listened }) => [...listened])),
    traded: [...new Set(all.flatMap(({ traded }) => traded))].sort(),
    edges: earliest(all.flatMap(({ edges }) => [...edges])),
    ofExchange: new Map(exchanges.map((name) => [name, joinExchange(all, name)])),
    calendarOf: first.calendarOf,
  };
}

function noFacts(): StoreFacts {
  const nothing = new Map<string, never>();
  return {
    exchanges: [],
    listened: nothing,
    traded: [],
    edges: nothing,
    ofExchange: nothing,
    calendarOf: () => undefined,
  };
}

function joinExchange(all: readonly StoreFacts[], name: string): ExchangeFacts {
  const known = all.map(({ ofExchange }) => ofExchange.get(name) ?? NOTHING);
  // What files brought of every stock, they brought of every database's stocks.
  const trading = all.filter(({ traded }) => traded.includes(name)).map(({ ofExchange }) => ofExchange.get(name));
  const firsts = known.flatMap(({ firstInTail }) => firstInTail ?? []);
  return {
    holes: distinct(known.flatMap(({ holes }) => holes)).toSorted((a, b) => a.from - b.from),
    brought: inAll(trading.map((one) => one?.brought ?? [])),
    firstInTail: firsts.length === 0 ? undefined : Math.min(...firsts),
    damaged: known.flatMap(({ damaged }) => damaged),
  };
}

/** A hole of a file, or of lanes that nobody leads any more, may be in each database. */
function distinct(holes: readonly KnownHole[]): readonly KnownHole[] {
  const found = new Map<string, KnownHole>();
  for (const hole of holes) {
    const { id, lane, reason, from, until, fromSeq, toSeq, messages, source } = hole;
    found.set(JSON.stringify([id, lane, reason, from, until, fromSeq, toSeq, messages, source]), hole);
  }
  return [...found.values()];
}

function inAll(lists: readonly (readonly Interval[])[]): readonly Interval[] {
  const [first = [], ...others] = lists;
  return others.reduce(
    (common, list) => common.flatMap((span) => without(span, without(span, merged(list)))),
    merged(first),
  );
}

function smallest(entries: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, value] of entries) found.set(name, Math.min(value, found.get(name) ?? value));
  return found;
}

function earliest(entries: readonly (readonly [string, Edge])[]): ReadonlyMap<string, Edge> {
  const found = new Map<string, Edge>();
  for (const [name, edge] of entries) {
    const known = found.get(name);
    if (known === undefined || edge.until < known.until) found.set(name, edge);
  }
  return found;
}

async function holesOf(snapshot: Snapshot, exchange: string, asked: Interval): Promise<readonly KnownHole[]> {
  const recorded = await readAllHoles(snapshot, { asked, exchanges: [exchange] });
  const told = snapshot.lanes.holes.filter(({ lane }) => exchangeOf(lane) === exchange);
  return [...recorded, ...unrecorded(told, recorded, snapshot.lanes.committed, nowMicros())];
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
