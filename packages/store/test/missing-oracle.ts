import type { MissingCase } from './missing-cases.ts';

/**
 * What is missing, by looking at each cell of a small time line. Cell 2k is the moment k, cell 2k + 1 all between it and the
 * next one: an interval with both ends inclusive begins and ends with a moment, a session ends before one.
 */
export function missingCells(one: MissingCase): ReadonlySet<number> {
  const missing = new Set<number>();
  for (const exchange of one.exchanges) for (const cell of missingOn(one, exchange)) missing.add(cell);
  return new Set([...missing].filter((cell) => cell >= 2 * one.start && cell <= 2 * one.end));
}

function missingOn(one: MissingCase, exchange: string): readonly number[] {
  const { sessions } = one;
  const holes = one.holes.filter((hole) => hole.exchange === exchange);
  const spans = one.spans.filter((span) => span.exchange === exchange);
  const { listened, edge } = one.listening.get(exchange) ?? { listened: undefined, edge: undefined };
  const cells = Array.from({ length: 2 * one.now + 1 }, (_, i) => i);
  const isIn = (cell: number, from: number, to: number): boolean => cell >= 2 * from && cell <= 2 * to;
  // A file has nothing where it has a hole itself.
  const isBrought = (cell: number): boolean =>
    spans.some(
      ({ from, to, source }) =>
        isIn(cell, from, to) && !holes.some((hole) => hole.source === source && isIn(cell, hole.from, hole.to)),
    );
  if (listened === undefined && !one.firstTicks.has(exchange) && !cells.some(isBrought)) {
    return Array.from({ length: 2 * one.end + 1 }, (_, i) => i);
  }
  const isOutside = (moment: number | undefined): boolean =>
    moment !== undefined &&
    sessions !== undefined &&
    !sessions.some(([open, close]) => moment > open - 5 && moment < close + 4);
  const found: number[] = [];
  const runsOf = (wanted: readonly number[], isWhole: (first: number, last: number) => boolean): void => {
    for (const run of runs(wanted)) {
      const [first, last] = [run[0] as number, run.at(-1) as number];
      if (sessions === undefined || isWhole(first, last)) found.push(...run);
      else for (const [open, close] of sessions) found.push(...openCells(run, open, close));
    }
  };
  for (const hole of holes) {
    const left = cellsOf(hole.from, hole.to).filter((cell) => !isBrought(cell));
    runsOf(
      left,
      (first, last) =>
        (hole.messages ?? 0) > 0 ||
        (first === 2 * hole.from && isOutside(hole.from)) ||
        (last === 2 * hole.to && isOutside(hole.to)),
    );
  }
  const unknown = cells.filter(
    (cell) =>
      !(listened !== undefined && cell >= 2 * listened && cell <= 2 * (edge?.at ?? Number.POSITIVE_INFINITY)) &&
      !isBrought(cell) &&
      !holes.some(({ from, to }) => isIn(cell, from, to)),
  );
  runsOf(
    unknown,
    (first, last) =>
      (listened !== undefined && last === 2 * listened - 1 && isOutside(listened)) ||
      (edge !== undefined && first === 2 * edge.at + 1 && isOutside(edge.lastTick)),
  );
  return found;
}

/** Of a run, what is in a session; nothing where that is short and at an end of the session. Four moments are a second. */
function openCells(run: readonly number[], open: number, close: number): readonly number[] {
  const cells = run.filter((cell) => cell >= 2 * open && cell < 2 * close);
  const [first, last] = [cells[0], cells.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isAtEdge = first === 2 * open || last === 2 * close - 1;
  return isAtEdge && lengthOf(cells) < 4 * CELL ? [] : cells;
}

/** µs between two moments. */
export const CELL = 250_000;

function lengthOf(cells: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + (cell % 2 === 0 ? 1 : CELL - 1), 0);
}

function cellsOf(from: number, to: number): readonly number[] {
  return Array.from({ length: 2 * (to - from) + 1 }, (_, i) => 2 * from + i);
}

function runs(cells: readonly number[]): readonly (readonly number[])[] {
  const all: number[][] = [];
  for (const cell of cells) {
    const last = all.at(-1);
    if (last !== undefined && last.at(-1) === cell - 1) last.push(cell);
    else all.push([cell]);
  }
  return all;
}
