import { type EpochMicros, formatMicros } from '@tickwatch/core';
import type { ClosedHole, CoveredSpan, Span } from '@tickwatch/store';
import type { TextReport } from '../files/import-types.ts';
import { thousands } from './progress.ts';

const SHOWN_SPANS = 5;
const SHOWN_HOLES = 10;
const SHOWN_PARTS = 3;

/**
 * What an import covers, and which holes it closes, for a person.
 * @param would true: nothing is stored yet
 */
export function coverageLines(texts: readonly TextReport[], would = false): readonly string[] {
  const covered = texts.flatMap((text) => text.covered);
  const holes = texts.flatMap(({ closed }) => closed.holes);
  const more = texts.reduce((sum, { closed }) => sum + closed.more, 0);
  const lines = [
    ...bounded(covered, SHOWN_SPANS, 'times', (span) => `  ${would ? 'would cover' : 'covers'} ${spanText(span)}`),
    ...holeLines(holes, would),
  ];
  if (more > 0) lines.push(`  and touches ${thousands(more)} holes more`);
  if (holes.some(isLeft)) {
    lines.push('  if the file holds all that its exchange published in a time, say so: --covers FROM/TO');
  }
  return lines;
}

function holeLines(holes: readonly ClosedHole[], would: boolean): readonly string[] {
  if (holes.length === 0) return [];
  const whole = holes.filter((hole) => !isLeft(hole)).length;
  const part = holes.length - whole;
  const counts =
    whole === 0 ? `${holesOf(part)} in part` : `${holesOf(whole)}${part === 0 ? '' : `, and ${part} more in part`}`;
  const sorted = holes.toSorted((a, b) => Number(isLeft(b)) - Number(isLeft(a)) || a.from - b.from);
  return [
    `  ${would ? 'would close' : 'closes'} ${counts}:`,
    ...bounded(sorted, SHOWN_HOLES, 'holes', (hole) => `    ${holeText(hole)}`),
  ];
}

function holesOf(count: number): string {
  return `${thousands(count)} ${count === 1 ? 'hole' : 'holes'}`;
}

/** True where something of it is still missing. */
function isLeft({ left, closed, stocks }: ClosedHole): boolean {
  return left.length > 0 || closed < stocks;
}

function holeText({ exchange, reason, messages, stocks, closed, left, ...hole }: ClosedHole): string {
  const count = messages === undefined ? '' : `, ${thousands(messages)} ${messages === 1 ? 'message' : 'messages'}`;
  const parts = left.slice(0, SHOWN_PARTS).map(rangeText);
  const others = left.length > parts.length ? ` and ${thousands(left.length - parts.length)} parts more` : '';
  const missing = left.length === 0 ? '' : `; still missing: ${parts.join(', ')}${others}`;
  const some = closed === stocks ? '' : `; closed for ${thousands(closed)} of ${thousands(stocks)} stocks`;
  return `${exchange} ${rangeText(hole)} (${reason}${count})${some}${missing}`;
}

function spanText({ exchange, stocks, ...span }: CoveredSpan): string {
  const [first] = stocks ?? [];
  const whose =
    stocks === undefined ? 'every stock' : stocks.length === 1 ? first : `${thousands(stocks.length)} stocks`;
  return `${exchange} from ${rangeText(span)}: ${whose}`;
}

function rangeText({ from, to }: Span): string {
  return `${short(from)} to ${short(to)}`;
}

/** Without the zeros behind the second's last digit. */
function short(time: EpochMicros): string {
  return formatMicros(time).replace(/\.?0+Z$/, 'Z');
}

function bounded<T>(all: readonly T[], most: number, what: string, text: (one: T) => string): readonly string[] {
  const lines = all.slice(0, most).map(text);
  return all.length > most ? [...lines, `    and ${thousands(all.length - most)} ${what} more`] : lines;
}
