import type { EpochMicros } from '@tickwatch/core';
import { without } from '../../intervals.ts';
import { finestBegin } from '../no-minutes.ts';
import type { Span } from '../queries/range.ts';
import { LEVEL_WIDTH, type NoMinutes } from '../range-plan.ts';

/** Up to which moment something is asked for, and where the bucket begins that rollups don't tell by then. */
export interface MomentSpan {
  /** µs; a tick of this time counts. */
  readonly moment: EpochMicros;
  /** The finest rollups that there are around the moment. */
  readonly finest: 'minute' | 'hour';
  /** Begin of the one that holds the moment, µs. */
  readonly cut: number;
  readonly noMinutes: NoMinutes | undefined;
}

export function momentSpan(moment: EpochMicros, noMinutes: NoMinutes | undefined): MomentSpan {
  const cut = finestBegin(moment, noMinutes);
  const isHour = noMinutes !== undefined && moment >= noMinutes.from && moment < noMinutes.until;
  return { moment, finest: isHour ? 'hour' : 'minute', cut, noMinutes };
}

/** The part of a span whose minutes may have been dropped, so that only single ticks tell them. */
export function droppedPart({ from, until }: Span, none: NoMinutes | undefined): Span | undefined {
  if (none === undefined) return undefined;
  const part = { from: Math.max(from, none.from), until: Math.min(until, none.until) };
  return part.from < part.until ? part : undefined;
}

/** The parts of a span whose minutes are there. */
export function keptParts(span: Span, none: NoMinutes | undefined): readonly Span[] {
  const dropped = droppedPart(span, none);
  if (dropped !== undefined) return without(span, [dropped]);
  return span.from < span.until ? [span] : [];
}

/** Begins of the hour and of the day (UTC) that a moment lies in. */
export function beginsOf(moment: number): { readonly hour: number; readonly day: number } {
  const begin = (width: number): number => Math.floor(moment / width) * width;
  return { hour: begin(LEVEL_WIDTH.hour), day: begin(LEVEL_WIDTH.day) };
}
