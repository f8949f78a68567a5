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
}

interface Parts {
  readonly scroller: HTMLElement | null;
  readonly grid: HTMLElement | null;
  readonly search: HTMLElement | null;
}

/** So long rows may come and move those that are there. */
const PATIENCE_MS = 10_000;

/**
 * Brings back scroll, focus and active row of the history's entry, also when rows come later than the view, and remembers
 * them when it is left. Whoever scrolls, clicks or types meanwhile ends it.
 */
export function useBoardPlace(places: Places): void {
  const { entry, scroller } = places;
  const wanted = useRef<BoardMemory | undefined>(undefined);
  const first = useRef(true);
  /** Where this put the view; -1: nowhere yet. */
  const placed = useRef(-1);
  const began = useRef(0);
  const latest = useRef(places);
  latest.current = places;
  if (first.current) {
    wanted.current = recall(entry);
    places.state.active.value = wanted.current?.active;
    first.current = false;
  }

  useLayoutEffect(() => {
    const memory = wanted.current;
    const element = scroller.current;
    if (memory === undefined || element === null || places.state.rows.peek().length === 0) return;
    const top = topOf(memory, places);
    if (placed.current < 0) began.current = performance.now();
    const moved = placed.current >= 0 && Math.abs(element.scrollTop - placed.current) > 1;
    if (moved || performance.now() - began.current > PATIENCE_MS) {
      wanted.current = undefined;
      return;
    }
    if (Math.abs(element.scrollTop - top) > 1) element.scrollTop = top;
    placed.current = element.scrollTop;
    if (Math.abs(element.scrollTop - top) <= 1) focus(memory, places);
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

/** Where to scroll to: so that the active row stands where it stood, or as far down as it was. */
function topOf({ top, active, activeAt }: BoardMemory, { state, slice }: Places): number {
  const place = activeAt === undefined ? Number.NaN : activePlace(state.rows.peek(), active);
  return Number.isNaN(place) ? top : Math.max(0, place * slice.peek().rowHeight - (activeAt ?? 0));
}

function focus(memory: BoardMemory, { grid, search }: Places): void {
  // A view that is shown begins with the focus on its heading; what somebody has chosen since keeps it.
  if (document.activeElement?.matches('body, h1, main') === false) return;
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
