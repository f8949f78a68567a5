import { type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { merged, without } from '../../intervals.ts';
import type { DatabaseHead } from '../database-head.ts';
import { finestBegin, noMinutesOf } from '../no-minutes.ts';
import type { NoMinutes, Piece } from '../range-plan.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import type { SegmentsQuestion } from '../sql/segments.ts';
import type { HeldQuestion } from '../sql/summary.ts';
import type { Statement } from '../statement.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import type { BlockReading } from '../ticks/block-reading.ts';
import { mergeTicks } from '../ticks/merge-ticks.ts';
import { RowSource } from '../ticks/row-source.ts';
import { edgesBefore, readEdges, type SealedEdge } from '../ticks/sealed-edges.ts';
import { sealedTicks } from '../ticks/sealed-ticks.ts';
import { type EndOf, TickSegments } from '../ticks/tick-segments.ts';
import { ticksIn } from '../ticks/tick-slice.ts';
import { tickWindows } from '../ticks/tick-windows.ts';
import type { RangeQuestion, Span } from './range.ts';

/** A connection to ask, and what it unpacks blocks with. */
export interface Asking {
  readonly head: Pick<DatabaseHead, 'sealedUntil' | 'rawFrom' | 'minutesFrom'>;
  readonly blocks: BlockReading;
  rows(statement: Statement): Promise<readonly Row[]>;
}

export interface EdgesAnswer {
  readonly segments: SegmentsQuestion;
  readonly held: HeldQuestion | undefined;
  /** The spans that were asked for, and what told that nothing has changed there. */
  readonly asked: readonly Span[];
  readonly guard: string;
  /** Those that lie in sealed days. */
  readonly edges: readonly SealedEdge[];
}

/**
 * The single ticks that a summary reads in sealed days, summed up: they are in no piece any more. The price in force at the
 * range's start, where its minute is sealed, counts as one of the ticks before it.
 */
export async function withSealedEdges(
  asking: Asking,
  question: RangeQuestion,
  segments: SegmentsQuestion,
  held: HeldQuestion | undefined,
): Promise<EdgesAnswer> {
  const before = finestBefore(held?.from, noMinutesOf(asking.head));
  const raw = segments.pieces.filter(({ level }) => level === 'raw');
  const asked = edgesBefore(asking.head.sealedUntil, before === undefined ? raw : [before, ...raw]);
  const heldAt = held && { ...held, hasSingles: before !== undefined };
  if (asked.length === 0) return { segments, held: heldAt, asked, guard: '', edges: [] };
  const { edges, guard } = await readEdges((statement) => asking.rows(statement), asking.blocks, question, asked);
  const isBefore = ({ from }: Span): boolean => before !== undefined && from < before.until && from >= before.from;
  const summed = sumEdges(
    edges.filter((edge) => !isBefore(edge)),
    segments.tail,
  );
  const edgesAtStart = edges.filter(isBefore);
  const last = edgesAtStart.flatMap(({ slices }) => [...ticksIn(question.stock, slices)]);
  const inForce = last.map((tick): LaneTick => ({ ...tick, lane: '' }));
  return {
    segments: { ...segments, pieces: outside(segments.pieces, edges), sealed: summed },
    held: heldAt && {
      ...heldAt,
      before: [...heldAt.before, ...lastOfEach(inForce)],
      hasSingles: heldAt.hasSingles && edgesAtStart.length === 0,
    },
    asked,
    guard,
    edges,
  };
}

/** A tick that is not stored yet may lie between sealed ones: then none are summed up, so that each gets its place. */
function sumEdges(edges: readonly SealedEdge[], tail: readonly LaneTick[]) {
  const isBetween = edges.some(({ from, until }) => tail.some(({ time }) => time >= from && time < until));
  const endOf: EndOf = (time) =>
    isBetween ? time : (edges.find((edge) => time >= edge.from && time < edge.until)?.until ?? time);
  const sums = new TickSegments(endOf);
  for (const { slices } of edges) sums.add(slices);
  return sums.end();
}

function lastOfEach(ticks: readonly LaneTick[]): readonly LaneTick[] {
  return [...new Map(ticks.map((tick) => [tick.exchange, tick])).values()];
}

/** The part of a moment's minute, or of its hour where there are no minutes, that lies before it. */
function finestBefore(moment: number | undefined, none: NoMinutes | undefined): Span | undefined {
  const from = moment === undefined ? undefined : finestBegin(moment, none);
  return moment === undefined || from === undefined || from === moment ? undefined : { from, until: moment };
}

function outside(pieces: readonly Piece[], edges: readonly Span[]): readonly Piece[] {
  const taken = merged(edges);
  return pieces.flatMap((piece) =>
    piece.level === 'raw' ? without(piece, taken).map((left) => ({ ...left, level: 'raw' as const })) : [piece],
  );
}

/** Longer pieces are read window by window. */
const SHORT_PIECE = 120 * MICROS_PER_SECOND;
const SHORT_PIECES = 4;
/** So many windows of open days are part of the one statement; of more, the ticks are read one after the other. */
const STATED_WINDOWS = 3;
const WINDOW_TICKS = 1_000_000;

/**
 * The single ticks of segments that lie in sealed days, summed up group by group, so that they are in no piece any more.
 * Pieces of open days that are left hold few days.
 */
export async function withSealedTicks(
  snapshot: Snapshot,
  question: RangeQuestion,
  segments: SegmentsQuestion,
  endOf: EndOf,
): Promise<SegmentsQuestion> {
  const raw = segments.pieces.filter(({ level }) => level === 'raw');
  if (raw.length === 0) return segments;
  const sums = new TickSegments(endOf);
  if (raw.length <= SHORT_PIECES && raw.every(({ from, until }) => until - from <= SHORT_PIECE)) {
    const asked = edgesBefore(snapshot.head.sealedUntil, raw);
    if (asked.length === 0) return segments;
    const { edges } = await readEdges((statement) => snapshot.rows(statement), snapshot.blocks, question, asked);
    for (const { slices } of edges) sums.add(slices);
    return { ...segments, pieces: outside(segments.pieces, edges), sealed: sums.end() };
  }
  const pieces = segments.pieces.filter(({ level }) => level !== 'raw');
  let stated = 0;
  for (const piece of raw) {
    for await (const window of tickWindows(snapshot, question, piece, 'asc', WINDOW_TICKS)) {
      const { from, until, kind } = window;
      if (kind === 'open' && stated++ < STATED_WINDOWS) {
        pieces.push({ level: 'raw', from, until });
        continue;
      }
      const { stock, exchange } = question;
      const rows = { stock, exchange, from, until, order: 'asc' } as const;
      const ticks =
        kind === 'open'
          ? mergeTicks([new RowSource(snapshot, rows, 'unsealed_prices')], 'asc')
          : sealedTicks(snapshot, question, { ...window, tail: [] }, 'asc');
      for await (const slices of ticks) sums.add(slices);
    }
  }
  return { ...segments, pieces, sealed: sums.end() };
}

/** The ticks of a moment's minute up to it, where that day is sealed. @param time a tick of this time counts */
export async function sealedTicksUpTo(snapshot: Snapshot, question: RangeQuestion, time: EpochMicros) {
  const span = finestBefore(time + 1, snapshot.noMinutes);
  const asked = edgesBefore(snapshot.head.sealedUntil, span === undefined ? [] : [span]);
  if (asked.length === 0) return [];
  const { edges } = await readEdges((statement) => snapshot.rows(statement), snapshot.blocks, question, asked);
  return edges.flatMap(({ slices }) => [...ticksIn(question.stock, slices)]);
}
