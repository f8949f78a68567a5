import { type DecimalText, type EpochMicros, formatMicros, MICROS_PER_DAY, type SequencedTick } from '@tickwatch/core';
import { merged } from '../../intervals.ts';
import { BLOCK_COLUMNS } from '../../sealed/block-row.ts';
import type { RangeQuestion, Span } from '../queries/range.ts';
import type { Row } from '../read-pool.ts';
import { type Parameters, timeText } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import type { BlockReading } from './block-reading.ts';
import { mergeTicks, type TickSource } from './merge-ticks.ts';
import { KnownSource } from './row-source.ts';
import { dayOf } from './tick-days.ts';
import { type TickSlice, within } from './tick-slice.ts';

/** A short span in a sealed day and its ticks in order, late ones included. */
export interface SealedEdge extends Span {
  readonly slices: readonly TickSlice[];
}

export interface SealedEdges {
  /** Only those that lie in sealed days. */
  readonly edges: readonly SealedEdge[];
  /** What {@link guardSql} says as long as nothing has changed. */
  readonly guard: string;
}

/** The parts of spans that may lie in sealed days, each within one day. */
export function edgesBefore(sealedUntil: number | undefined, spans: readonly Span[]): readonly Span[] {
  if (sealedUntil === undefined) return [];
  const edges: Span[] = [];
  for (const span of spans) {
    const last = Math.min(span.until, sealedUntil);
    for (let from = Math.max(0, span.from); from < last; ) {
      const until = Math.min(dayOf(from) + MICROS_PER_DAY, last);
      edges.push({ from, until });
      from = until;
    }
  }
  return edges;
}

/** SQL: changes when a tick of the edges changes its place: when their days are sealed or no longer, or one comes late. */
export function guardSql(parameters: Parameters, { stock, exchange }: RangeQuestion, all: readonly Span[]): string {
  const edges = merged(all);
  const times = (of: (edge: Span) => number): string =>
    parameters.add(
      edges.map((edge) => timeText(of(edge))),
      'timestamptz[]',
    );
  const only = exchange === undefined ? 'NULL' : parameters.add(exchange, 'text');
  return `sealed_edges_guard(${parameters.add(stock, 'text')}, ${only}, ${parameters.add(daysOf(all), 'date[]')},
    ${times(({ from }) => from)}, ${times(({ until }) => until)})`;
}

/** What {@link guardSql} gives, of what was read. */
export function isGuarded(guard: string, told: string | null | undefined): boolean {
  const [days, count, sum] = JSON.parse(told ?? '[]') as [string | null, number, string];
  return guard === guardOf(JSON.parse(days ?? '[]'), count, sum);
}

function guardOf(days: readonly (readonly [string, string])[], count: number, sum: bigint | string): string {
  return JSON.stringify([days, count, String(sum)]);
}

/** Reads all edges by one statement. */
export async function readEdges(
  rows: (statement: Statement) => Promise<readonly Row[]>,
  blocks: BlockReading,
  question: RangeQuestion,
  edges: readonly Span[],
): Promise<SealedEdges> {
  const found = (await rows(edgesStatement(question, edges))).toSorted(
    (a, b) => Number(a.first_time) - Number(b.first_time) || Number(a.place) - Number(b.place),
  );
  const [first] = found;
  const sealed = JSON.parse(first?.days ?? '[]') as (readonly [day: string, sealedAt: string])[];
  const days = new Set(sealed.map(([day]) => day));
  const spans = edges.filter(({ from }) => days.has(dayText(from)));
  const ofStock = new Map<string, TickSlice[]>();
  const seen = new Set<string>();
  for (const row of found) {
    const key = `${row.exchange_name} ${row.first_time} ${row.place}`;
    if (row.payload === null || seen.has(key)) continue;
    seen.add(key);
    const slice = blocks.open(row, lastNeeded(row, edges));
    if (slice === undefined) continue;
    const name = row.exchange_name ?? '';
    ofStock.set(name, [...(ofStock.get(name) ?? []), slice]);
  }
  const late = (JSON.parse(first?.late ?? '[]') as LateCells[]).map((cells) => readLate(question.stock, cells));
  const read: SealedEdge[] = [];
  for (const span of spans) {
    const slices: TickSlice[] = [];
    const sources = [...ofStock.values()].map((some) => new SliceSource(some, span));
    const known = new KnownSource(late.filter(({ time }) => time >= span.from && time < span.until));
    for await (const found of mergeTicks([...sources, known], 'asc')) slices.push(...found);
    read.push({ ...span, slices });
  }
  const sum = late.reduce((all, { seq }) => all + BigInt(seq), 0n);
  return { edges: read, guard: guardOf(sealed, late.length, sum) };
}

/** Where the last of the edges ends that a block reaches into. */
function lastNeeded({ first_time: first, last_time: last }: Row, edges: readonly Span[]): number {
  const touched = edges.filter(({ from, until }) => from <= Number(last) && until > Number(first));
  return Math.max(...touched.map(({ until }) => until));
}

function edgesStatement({ stock, exchange }: RangeQuestion, all: readonly Span[]): Statement {
  // The price in force before a range lies beside its first ticks: their blocks come once.
  const edges = merged(all);
  const times = (of: (edge: Span) => number): readonly string[] => edges.map((edge) => timeText(of(edge)));
  return {
    text: `SELECT ${BLOCK_COLUMNS}, days_sealed AS days, late FROM sealed_edges($1, $2, $3, $4, $5, $6) AS blocks`,
    values: [
      stock,
      exchange ?? null,
      daysOf(all),
      times(({ from }) => dayOf(from)),
      times(({ from }) => from),
      times(({ until }) => until),
    ],
    isRepeated: true,
  };
}

function daysOf(edges: readonly Span[]): readonly string[] {
  return [...new Set(edges.map(({ from }) => dayText(from)))];
}

function dayText(micros: number): string {
  return formatMicros(micros as EpochMicros).slice(0, 10);
}

type LateCells = readonly [time: number, seq: number, price: string, exchange: string];

function readLate(stock: string, [time, seq, price, exchange]: LateCells): SequencedTick {
  return { stock, exchange, price: price as DecimalText, time: time as EpochMicros, seq };
}

/** Blocks of one exchange that are at hand, in order. */
class SliceSource implements TickSource {
  readonly #slices: readonly TickSlice[];
  readonly #span: Span;
  #at = 0;

  constructor(slices: readonly TickSlice[], span: Span) {
    this.#slices = slices;
    this.#span = span;
  }

  async next(): Promise<TickSlice | undefined> {
    while (this.#at < this.#slices.length) {
      const slice = within(this.#slices[this.#at++] as TickSlice, this.#span, 'asc');
      if (slice.from < slice.until) return slice;
    }
    return undefined;
  }
}
