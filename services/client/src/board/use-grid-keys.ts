import type { RefObject } from 'preact';
import { useKeys } from '../keys/use-keys.ts';
import { listedStock, toggleFavourite } from '../lists/favourites.ts';
import { stockAddress } from '../route.ts';
import { go } from '../router.ts';
import type { BoardState } from './board-state.ts';
import { targetOf } from './grid-keys.ts';
import type { StockRow } from './stock-row.ts';
import type { VisibleSlice } from './visible-slice.ts';

interface Grid {
  readonly state: BoardState;
  readonly grid: RefObject<HTMLTableElement | null>;
  readonly slice: { peek(): VisibleSlice };
}

/** The keys of the board's rows. They act on the active one, which is not the one that holds the browser's focus. */
export function useGridKeys({ state, grid, slice }: Grid): void {
  const rows = state.rows.peek();
  const position = (): number => rows.findIndex((row) => row.key === state.active.peek());
  const onActive =
    (act: (row: StockRow) => unknown) =>
    (event: KeyboardEvent): unknown => {
      const row = rows[position()];
      // A key on a button of the grid is the button's.
      return row === undefined || event.target !== grid.current ? false : act(row);
    };
  const move = ({ key }: KeyboardEvent): unknown => {
    const { page, reveal } = slice.peek();
    const target = targetOf(key, position(), rows.length, page);
    if (target === undefined) return false;
    state.active.value = rows[target]?.key;
    reveal(target);
    return true;
  };
  useKeys(
    'Rows of the board',
    [
      { keys: ['ArrowUp', 'ArrowDown'], does: 'A row up or down', run: move },
      { keys: ['PageUp', 'PageDown'], does: 'A page up or down', run: move },
      { keys: ['Home', 'End'], does: 'The first or the last row', run: move },
      {
        ...{ keys: ['Enter'], does: 'Open the stock of the active row' },
        run: onActive((row) => go(stockAddress(row.stock, state.isSeveral(row) ? row.exchange : undefined))),
      },
      {
        ...{ keys: ['f'], does: 'Make it a favourite, or no longer' },
        run: onActive((row) => toggleFavourite(row.stock)),
      },
      {
        ...{ keys: ['l'], does: 'Put it on lists, or take it off' },
        run: onActive((row) => {
          listedStock.value = row.stock;
        }),
      },
      {
        ...{ keys: ['Alt+ArrowUp', 'Alt+ArrowDown'], does: 'Move it within the list that is shown' },
        run: (event) => onActive((row) => state.moveInList(row.stock, event.key))(event),
      },
    ],
    grid,
  );
}
