import type { CoverageKind, CoveragePart } from './coverage-parts.ts';

/** A part of what is visible, and from which pixel to which it is drawn. */
export interface PlacedPart extends CoveragePart {
  readonly left: number;
  readonly right: number;
}

/** What is calm may be left out where it is narrower than this; it is told by what is beside it. */
const NARROWEST_CALM = 3;
/** A hole of a blink is still seen, and hit by a pointer. */
const NARROWEST = 6;
const CALM: ReadonlySet<CoverageKind> = new Set(['covered', 'closed', 'asking']);

/**
 * Gives parts their pixels, in order and never over each other: what is wrong is never too narrow to be seen, and where
 * many things are wrong at one place, they are one part.
 * @param xOf the pixel of a time
 * @param slack so near to the left edge the first part begins at it: a bar that is cut there has no part of its own
 */
export function placedParts(
  parts: readonly CoveragePart[],
  xOf: (time: number) => number,
  width: number,
  slack = 0,
): readonly PlacedPart[] {
  const placed: PlacedPart[] = [];
  for (const part of parts) {
    const [left, right] = [Math.max(0, xOf(part.from)), Math.min(width, xOf(part.to))];
    if (!(left <= right) || right < 0 || left > width) continue;
    if (!CALM.has(part.kind)) addGrave(placed, { ...part, ...widened(left, right, width) });
    else if (right - left >= NARROWEST_CALM) addCalm(placed, { ...part, left, right });
  }
  const [first] = placed;
  if (first !== undefined && first.left <= slack) placed[0] = { ...first, left: 0 };
  return placed;
}

/** The part that holds a moment; what is grave before what is calm. */
export function partAt(parts: readonly PlacedPart[], time: number): PlacedPart | undefined {
  const here = parts.filter(({ from, to }) => from <= time && time <= to);
  return here.find(({ kind }) => !CALM.has(kind)) ?? here[0];
}

function widened(left: number, right: number, width: number): { readonly left: number; readonly right: number } {
  const more = Math.max(0, NARROWEST - (right - left)) / 2;
  const start = Math.min(Math.max(0, left - more), Math.max(0, width - NARROWEST));
  return { left: start, right: Math.min(width, Math.max(right + more, start + NARROWEST)) };
}

/** What is grave takes its room from what is calm before it; over another grave part it becomes one with it. */
function addGrave(placed: PlacedPart[], part: PlacedPart): void {
  const last = placed[placed.length - 1];
  if (last === undefined || last.right <= part.left) placed.push(part);
  else if (!CALM.has(last.kind)) placed[placed.length - 1] = merged(last, part);
  else {
    placed.pop();
    if (part.left - last.left >= NARROWEST_CALM) placed.push({ ...last, right: part.left }, part);
    else addGrave(placed, part);
  }
}

function addCalm(placed: PlacedPart[], part: PlacedPart): void {
  const last = placed[placed.length - 1];
  const left = Math.max(part.left, last?.right ?? 0);
  if (part.right - left < NARROWEST_CALM) return;
  // Nights that are too narrow to be seen don't take the days apart.
  if (last?.kind === part.kind) placed[placed.length - 1] = { ...last, to: part.to, right: part.right };
  else placed.push({ ...part, left });
}

function merged(first: PlacedPart, second: PlacedPart): PlacedPart {
  const holes = [...new Set([...first.holes, ...second.holes])];
  const kind = [first.kind, second.kind].includes('missing') ? 'missing' : first.kind;
  return { kind, holes, from: first.from, to: second.to, left: first.left, right: Math.max(first.right, second.right) };
}
