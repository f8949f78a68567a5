import { useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useKeys } from '../keys/use-keys.ts';
import { listedStock, toggleFavourite } from '../lists/kept-lists.ts';
import { stockAddress } from '../route.ts';
import { go } from '../router.ts';
import { colors, zone } from '../settings.ts';
import { BoardHead } from './board-head.tsx';
import { BoardNotice } from './board-notice.tsx';
import { BoardPainter } from './board-painter.ts';
import { BoardRow, rowId } from './board-row.tsx';
import { shownColumns } from './board-settings.ts';
import type { BoardState } from './board-state.ts';
import { columnTracks } from './columns.ts';
import { targetOf } from './grid-keys.ts';
import type { StockRow } from './stock-row.ts';
import { useBoardPlace } from './use-board-place.ts';
import { useVisibleSlice } from './visible-slice.ts';

interface Props {
  readonly state: BoardState;
  readonly entry: string;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly grid: RefObject<HTMLTableElement | null>;
}

/** So few stocks get taller rows. */
const FEW_STOCKS = 12;

/** The rows in view. Own, and not a library's: a row has one height, and its cells are painted past the virtual tree. */
export function BoardGrid({ state, entry, search, grid }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = state.rows.value;
  const columns = shownColumns.value;
  const few = state.all.value.rows.length <= FEW_STOCKS;
  const slice = useVisibleSlice(scroller, few);
  const painter = usePainter(state, scroller);
  useLayoutEffect(() => painter.refit(), [painter, few]);
  useBoardPlace({ entry, state, scroller, grid, search, slice });
  const { start, end, rowHeight, page, reveal } = slice.value;
  const visible = list.slice(start, end);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const position = list.findIndex((row) => row.key === state.active.value);
    if (event.altKey) {
      const row = list[position];
      if (row !== undefined && state.moveInList(row.stock, event.key)) event.preventDefault();
      return;
    }
    const target = targetOf(event.key, position, list.length, page);
    if (target === undefined) return;
    state.active.value = list[target]?.key;
    reveal(target);
    event.preventDefault();
  };
  const onActive = (act: (row: StockRow) => void) => (event: KeyboardEvent) => {
    const row = list.find((candidate) => candidate.key === state.active.value);
    // Keys of what is in a row are its own.
    if (row === undefined || event.target !== grid.current) return false;
    act(row);
    return true;
  };
  useKeys(
    'The active stock of the board',
    [
      {
        keys: ['Enter'],
        does: 'Opens it',
        run: onActive((row) => go(stockAddress(row.stock, state.isSeveral(row) ? row.exchange : undefined))),
      },
      { keys: ['f'], does: 'Makes it a favourite, or none', run: onActive((row) => toggleFavourite(row.stock)) },
      { keys: ['l'], does: 'Puts it on a list', run: onActive(putOnList) },
    ],
    grid,
  );
  const onChosen = (row: StockRow): void => {
    state.active.value = row.key;
  };
  const active = visible.find((row) => row.key === state.active.value);
  const { tracks, least } = columnTracks(columns);
  return (
    <div class={few ? 'grid roomy' : 'grid'} ref={scroller} style={{ '--columns': tracks, '--least-width': least }}>
      <table {...gridRole(active)} ref={grid} aria-label="Stocks" aria-rowcount={list.length + 1} onKeyDown={onKeyDown}>
        <BoardHead columns={columns} sorting={state.sorting.value} sortBy={(key) => state.sortBy(key)} />
        <tbody {...ROWS} style={{ height: `${list.length * rowHeight}px` }}>
          {visible.map((row, index) => (
            <BoardRow
              key={row.key}
              row={row}
              index={start + index}
              top={(start + index) * rowHeight}
              active={row === active}
              several={state.isSeveral(row)}
              columns={columns}
              mounted={painter.mounted}
              onChosen={onChosen}
            />
          ))}
        </tbody>
      </table>
      <BoardNotice state={state} />
    </div>
  );
}

function putOnList(row: StockRow): void {
  listedStock.value = row.stock;
}

const ROWS = { role: 'rowgroup' } as const;

/** One stop of the Tab key; arrow keys then move the active row, which the grid names. A table may be a grid (ARIA). */
function gridRole(active: StockRow | undefined) {
  return { role: 'grid', tabIndex: 0, 'aria-activedescendant': active && rowId(active) } as const;
}

function usePainter({ market }: BoardState, scroller: RefObject<HTMLDivElement | null>): BoardPainter {
  const painter = useMemo(() => new BoardPainter((row, now) => market.freshness(row, now)), [market]);
  useLayoutEffect(() => {
    const leave = market.onChange(() => painter.touch());
    if (scroller.current !== null) painter.watch(scroller.current);
    return () => {
      leave();
      painter.dispose();
    };
  }, [market, painter, scroller]);
  useSignalEffect(() => {
    colors.value;
    zone.value;
    painter.recolor();
  });
  return painter;
}
