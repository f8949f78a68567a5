import { type Interval, merged, without } from '../../intervals.ts';
import type { Snapshot } from '../snapshot.ts';
import { hasStock } from './edges.ts';
import type { RecordedGap } from './gap-rows.ts';

/** What files brought of the time of one hole. */
export interface Filling {
  /** Of every stock. */
  readonly common: readonly Interval[];
  /** Of single stocks, beside that. */
  readonly ofStocks: ReadonlyMap<string, readonly Interval[]>;
}

/** What is left of a hole when it is looked at for all its stocks. */
export interface Left {
  /** Filled for all of them. */
  readonly filled: readonly Interval[];
  /** Those whose ticks are all there, while others' are not. */
  readonly stocks: readonly string[];
}

/** What spans of other imports have of each hole: where a file has a hole itself it brought nothing. */
const FILLINGS = `
  SELECT g.id, c.stock_name, c.source,
         json_agg(json_build_array(unix_micros(c.from_time), unix_micros(c.to_time) + 1)) AS spans,
         (SELECT json_agg(json_build_array(unix_micros(own.from_time), unix_micros(own.to_time) + 1)) FROM gaps AS own
           WHERE own.source = c.source AND own.exchange_name = g.exchange_name
             AND tstzrange(own.from_time, own.to_time, '[]') && tstzrange(g.from_time, g.to_time, '[]')
             AND (own.stocks IS NULL OR c.stock_name IS NULL OR c.stock_name = ANY (own.stocks))) AS unread
    FROM gaps AS g JOIN coverage AS c ON c.source IS NOT NULL AND c.source IS DISTINCT FROM g.source
     AND c.exchange_name = g.exchange_name AND tstzrange(c.from_time, c.to_time, '[]') && tstzrange(g.from_time, g.to_time, '[]')
   WHERE g.id = ANY ($1::bigint[]) AND ($2::text IS NULL OR c.stock_name IS NULL OR c.stock_name = $2)
   GROUP BY g.id, c.stock_name, c.source
   ORDER BY g.from_time, g.id LIMIT $3`;
/** So many rows of them at once: a file may have many stocks. */
const FILLINGS_AT_ONCE = 50_000;

type Pairs = readonly (readonly [from: number, until: number])[];

interface FillingRow {
  readonly id: string;
  readonly stock_name: string | null;
  readonly spans: Pairs;
  readonly unread: Pairs | null;
}

/** What files brought since of the first of some holes. */
export interface Fillings {
  /** By the ids of holes; those of which they brought nothing are left out. */
  readonly byHole: ReadonlyMap<number, Filling>;
  /** So many holes were looked at, at least one. */
  readonly holes: number;
}

/** @param gaps in order, @param stock only what was brought of it */
export async function fillingsOf(
  snapshot: Snapshot,
  gaps: readonly RecordedGap[],
  stock: string | undefined,
): Promise<Fillings> {
  const ask = async (some: readonly RecordedGap[], limit: number | null): Promise<readonly FillingRow[]> => {
    const values = [some.map(({ id }) => id), stock ?? null, limit];
    return (await snapshot.rows({ text: FILLINGS, values })) as unknown as readonly FillingRow[];
  };
  const rows = await ask(gaps, FILLINGS_AT_ONCE);
  if (rows.length < FILLINGS_AT_ONCE) return { byHole: fillingsIn(rows), holes: gaps.length };
  // Of the last one there may be more.
  const last = gaps.findIndex(({ id }) => id === Number(rows.at(-1)?.id));
  if (last > 0)
    return {
      byHole: fillingsIn(
        rows.slice(
          0,
          rows.findIndex(({ id }) => Number(id) === gaps[last]?.id),
        ),
      ),
      holes: last,
    };
  return { byHole: fillingsIn(await ask(gaps.slice(0, 1), null)), holes: 1 };
}

function fillingsIn(rows: readonly FillingRow[]): ReadonlyMap<number, Filling> {
  const found = new Map<number, { common: readonly Interval[]; ofStocks: Map<string, readonly Interval[]> }>();
  for (const { id, stock_name: name, spans, unread } of rows) {
    const filling = found.get(Number(id)) ?? { common: [], ofStocks: new Map() };
    found.set(Number(id), filling);
    const holes = merged((unread ?? []).map(asInterval));
    const brought = spans.flatMap((span) => without(asInterval(span), holes));
    if (name === null) filling.common = merged([...filling.common, ...brought]);
    else filling.ofStocks.set(name, [...(filling.ofStocks.get(name) ?? []), ...brought]);
  }
  return found;
}

function asInterval([from, until]: readonly [number, number]): Interval {
  return { from, until };
}

/** @param concerned the stocks whose ticks a hole may lack, as far as they are known */
export function leftFor(gap: Interval, { common, ofStocks }: Filling, concerned: readonly string[]): Left {
  if (ofStocks.size === 0) return { filled: common, stocks: [] };
  const left: Interval[] = [];
  const stocks: string[] = [];
  let isCommonOnly = concerned.length === 0;
  for (const stock of concerned) {
    const own = ofStocks.get(stock);
    const parts = own === undefined ? undefined : without(gap, merged([...common, ...own]));
    if (parts === undefined) isCommonOnly = true;
    else if (parts.length === 0) stocks.push(stock);
    else left.push(...parts);
  }
  return { filled: isCommonOnly ? common : without(gap, merged(left)), stocks };
}

interface KnownStock {
  readonly stock: string;
  /** Its first tick, µs. */
  readonly since: number;
}

export async function knownStocks(snapshot: Snapshot, exchange: string): Promise<readonly KnownStock[]> {
  const text = 'SELECT stock_name, unix_micros(first_time) AS since FROM stock_totals WHERE exchange_name = $1';
  const rows = await snapshot.rows({ text, values: [exchange] });
  return rows.map((row) => ({ stock: row.stock_name ?? '', since: Number(row.since) }));
}

/** Tells the stocks whose ticks a hole may lack; each exchange and import is asked for once. */
export class ConcernedStocks {
  readonly #snapshot: Snapshot;
  readonly #exchanges = new Map<string, readonly KnownStock[]>();
  readonly #imports = new Map<string, ReadonlySet<string> | undefined>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Those that were known by then, of its lane, and if a file found it, that the file names. */
  async of(gap: RecordedGap): Promise<readonly string[]> {
    if (gap.stocks !== undefined) return gap.stocks;
    const named = gap.source === undefined ? undefined : await this.#namedBy(gap.source, gap.exchange);
    if (named !== undefined) return [...named];
    return (await this.#onExchange(gap.exchange))
      .filter(({ stock, since }) => since < gap.until && hasStock(gap.lane, gap.lanes, stock))
      .map(({ stock }) => stock);
  }

  async #onExchange(exchange: string): Promise<readonly KnownStock[]> {
    const known = this.#exchanges.get(exchange);
    if (known !== undefined) return known;
    const stocks = await knownStocks(this.#snapshot, exchange);
    this.#exchanges.set(exchange, stocks);
    return stocks;
  }

  /** `undefined`: it is of every stock, or nobody knows. */
  async #namedBy(source: string, exchange: string): Promise<ReadonlySet<string> | undefined> {
    const key = JSON.stringify([source, exchange]);
    if (this.#imports.has(key)) return this.#imports.get(key);
    const text = 'SELECT DISTINCT stock_name FROM coverage WHERE source = $1 AND exchange_name = $2';
    const names = (await this.#snapshot.rows({ text, values: [source, exchange] })).map((row) => row.stock_name);
    const isAll = names.length === 0 || names.includes(null);
    const named = isAll ? undefined : new Set(names.map((name) => name ?? ''));
    this.#imports.set(key, named);
    return named;
  }
}
