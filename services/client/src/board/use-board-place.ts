import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { BoardState } from './board-state.ts';
import { type BoardMemory, recall, remember } from './entry-memory.ts';
import type { StockRow } from './stock-row.ts';
import type { VisibleSlice } from './visible-slice.ts';

interface Places {
  readonly entry: string;
  readonly state: BoardState;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly grid: RefObject<HTMLTableElement | null>;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly slice: { peek(): VisibleSlice };
  /** True when no more rows are to come. */
  readonly whole: boolean;
}

interface Parts {
  readonly scroller: HTMLElement | null;
  readonly grid: HTMLElement | null;
  readonly search: HTMLElement | null;
}

/**
 * Brings back scroll, focus and active row of the history's entry, also when rows come later than the view, and remembers
 * them when it is left. Whoever scrolls, clicks or types meanwhile ends it.
 */
export function useBoardPlace(places: Places): void {
  const { entry, scroller } = places;
  const wanted = useRef<BoardMemory | undefined>(undefined);
  const first = useRef(true);
  const placed = useRef(-1);
  const latest = useRef(places);
  latest.current = places;
  if (first.current) {
    wanted.current = recall(entry);
    places.state.active.value = wanted.current?.active;
    first.current = false;
  }

  useLayoutEffect(() => {
    const memory = wanted.current;
    if (memory === undefined || scroller.current === null) return;
    const top = topOf(memory, places);
    if (top === undefined) return;
    const before = scroller.current.scrollTop;
    if (Math.abs(before - top) > 1) scroller.current.scrollTop = top;
    const reached = Math.abs(scroller.current.scrollTop - top) <= 1;
    placed.current = scroller.current.scrollTop;
    if (reached) focus(memory, latest.current);
    // Rows that are still to come may move those that are there.
    if (places.whole) wanted.current = undefined;
  });

  useLayoutEffect(() => {
    // When the view is taken away its references are empty already.
    const parts = { scroller: scroller.current, grid: places.grid.current, search: places.search.current };
    const hands = new AbortController();
    const end = (): void => {
      wanted.current = undefined;
    };
    for (const type of ['wheel', 'pointerdown', 'touchstart', 'keydown'])
      addEventListener(type, end, { signal: hands.signal, passive: true, capture: true });
    const keep = (): void => {
      // What could not be brought back is still where this entry was.
      if (wanted.current === undefined || placed.current >= 0) remember(entry, memoryOf(latest.current, parts));
    };
    addEventListener('pagehide', keep, { signal: hands.signal });
    return () => {
      keep();
      hands.abort();
    };
  }, [entry]);
}

/** Where to scroll to; undefined: the row that it hangs on is not there yet. */
function topOf({ top, active, activeAt }: BoardMemory, { state, slice, whole }: Places): number | undefined {
  if (active === undefined || activeAt === undefined) return top;
  const place = state.rows.peek().findIndex((row) => row.key === active);
  if (place < 0) return whole ? top : undefined;
  return Math.max(0, place * slice.peek().rowHeight - activeAt);
}

function focus(memory: BoardMemory, { grid, search }: Places): void {
  if (document.activeElement !== document.body) return;
  if (memory.focus === 'grid') grid.current?.focus({ preventScroll: true });
  else if (memory.focus === 'search') search.current?.focus({ preventScroll: true });
}

function memoryOf({ state, slice }: Places, { scroller, grid, search }: Parts): BoardMemory {
  const top = scroller?.scrollTop ?? 0;
  const active = state.active.peek();
  const at = activePlace(state.rows.peek(), active) * slice.peek().rowHeight - top;
  const inSight = at >= 0 && at < (scroller?.clientHeight ?? 0);
  const focused = document.activeElement;
  return {
    ...{ top, active, activeAt: inSight ? at : undefined },
    focus: grid?.contains(focused) === true ? 'grid' : focused === search ? 'search' : undefined,
    ownList: state.list.peek()?.kept === true,
  };
}

function activePlace(rows: readonly StockRow[], active: string | undefined): number {
  const place = active === undefined ? -1 : rows.findIndex((row) => row.key === active);
  return place < 0 ? Number.NaN : place;
}
