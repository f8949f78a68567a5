import { type CandleGrid, floorTo, wallFloor } from './candle-grid.ts';

type Runs = Extract<CandleGrid, { readonly kind: 'runs' }>;
type Wall = Extract<CandleGrid, { readonly kind: 'wall' }>;

/** Where the candle begins that holds a moment; µs. */
export function candleAt(grid: CandleGrid, time: number): number {
  if (grid.kind === 'width') return floorTo(time, grid.micros, grid.origin);
  if (grid.kind === 'wall') return labelStart(grid, labelAt(grid, time));
  if (grid.kind === 'starts') return grid.starts.findLast((start) => start <= time) ?? time;
  const run = grid.runs.findLast(({ from }) => from <= time);
  return run === undefined ? time : Math.max(run.from, floorTo(time, grid.micros, run.origin));
}

/** Where candles begin that touch `[from, until)`, ascending; at most `limit` of them. */
export function candleStarts(grid: CandleGrid, from: number, until: number, limit: number): readonly number[] {
  if (grid.kind === 'starts') {
    const first = candleAt(grid, from);
    return grid.starts.filter((start) => start >= first && start < until).slice(0, limit);
  }
  const starts: number[] = [];
  let label = grid.kind === 'wall' ? labelAt(grid, from) : 0;
  let start = candleAt(grid, from);
  while (start < until && starts.length < limit) {
    // Where the clock jumps over a whole candle, two labels begin at one moment.
    if (start !== starts.at(-1)) starts.push(start);
    if (grid.kind === 'wall') {
      label = nextLabel(grid, label);
      start = labelStart(grid, label);
    } else start = grid.kind === 'width' ? start + grid.micros : nextInRuns(grid, start);
  }
  return starts;
}

/** The moment at which a candle begins that has this label. */
export function labelStart({ spans, step, base }: Wall, label: number): number {
  for (const [i, { from, offset }] of spans.entries()) {
    const next = spans[i + 1];
    if (next === undefined || wallFloor(next.from - 1 + offset, step, base) >= label) {
      return Math.max(from, label - offset);
    }
  }
  return label;
}

function labelAt({ spans, step, base }: Wall, time: number): number {
  const span = spans.findLast(({ from }) => from <= time);
  return span === undefined ? time : Math.max(span.floor, wallFloor(time + span.offset, step, base));
}

function nextLabel({ step, base }: Wall, label: number): number {
  if (step !== 'month') return label + step;
  const date = new Date(Math.floor((label - base) / 1000));
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) * 1000 + base;
}

function nextInRuns({ runs, micros }: Runs, start: number): number {
  const index = runs.findLastIndex(({ from }) => from <= start);
  const next = floorTo(start, micros, runs[index]?.origin ?? 0) + micros;
  return Math.min(next, runs[index + 1]?.from ?? next);
}
