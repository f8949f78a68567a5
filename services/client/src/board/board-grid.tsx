import { useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { colors, zone } from '../settings.ts';
import { BoardHead } from './board-head.tsx';
import { BoardNotice } from './board-notice.tsx';
import { BoardPainter } from './board-painter.ts';
import { BoardRow, rowId } from './board-row.tsx';
import { shownColumns } from './board-settings.ts';
import type { BoardState } from './board-state.ts';
import { columnTracks } from './columns.ts';
import type { StockRow } from './stock-row.ts';
import { useBoardPlace } from './use-board-place.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useVisibleSlice } from './visible-slice.ts';

interface Props {
  readonly state: BoardState;
  readonly entry: string;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly grid: RefObject<HTMLTableElement | null>;
}

/** So few stocks get taller rows. */
const FEW_STOCKS = 12;

/**
 * The rows in view. Own, and not `@tanstack/virtual-core` or `virtua`: both measure rows of any height, which these are
 * not, and draw through the virtual tree, which ticks go past.
 */
export function BoardGrid({ state, entry, search, grid }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = state.rows.value;
  const columns = shownColumns.value;
  const few = state.all.value.rows.length <= FEW_STOCKS;
  const slice = useVisibleSlice(scroller, few);
  const painter = usePainter(state, scroller);
  useBoardPlace({ entry, state, scroller, grid, search, slice });
  const { start, end, rowHeight } = slice.value;
  const visible = list.slice(start, end);
  useLayoutEffect(() => painter.refit(), [painter, few, columns]);
  useGridKeys({ state, grid, slice });
  const onChosen = (row: StockRow): void => {
    state.active.value = row.key;
  };
  const active = visible.find((row) => row.key === state.active.value);
  const { tracks, least } = columnTracks(columns);
  return (
    <div class={few ? 'grid roomy' : 'grid'} ref={scroller} style={{ '--columns': tracks, '--least-width': least }}>
      <table {...gridRole(active)} ref={grid} aria-label="Stocks" aria-rowcount={list.length + 1}>
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
