import { useLayoutEffect, useRef } from 'preact/hooks';
import { listedStock } from '../lists/favourites.ts';
import { StarButton } from '../lists/star-button.tsx';
import { stockAddress } from '../route.ts';
import { BoardCell, CELL } from './board-cell.tsx';
import type { ColumnName } from './columns.ts';
import type { StockRow } from './stock-row.ts';

interface Props {
  readonly row: StockRow;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly several: boolean;
  readonly columns: readonly ColumnName[];
  readonly mounted: (row: StockRow, root: HTMLElement) => () => void;
  readonly onChosen: (row: StockRow) => void;
}

const ROW = { role: 'row' } as const;

/** A name may hold spaces, an id may not. */
export function rowId(row: StockRow): string {
  return `row-${encodeURIComponent(row.key)}`;
}

/** The still parts of a row; what ticks change is written by its painter. */
export function BoardRow({ row, index, top, active, several, columns, mounted, onChosen }: Props) {
  const root = useRef<HTMLTableRowElement>(null);
  // The painter looks for the cells: other columns need another one.
  useLayoutEffect(() => (root.current === null ? undefined : mounted(row, root.current)), [row, mounted, columns]);
  return (
    <tr
      class="row"
      id={rowId(row)}
      ref={root}
      aria-rowindex={index + 2}
      aria-selected={active}
      style={{ transform: `translateY(${top}px)` }}
      {...ROW}
    >
      <td class="c-star" {...CELL}>
        <StarButton stock={row.stock} tabIndex={-1} />
      </td>
      <td class="c-stock" title={`${row.stock}, ${row.exchange}`} {...CELL}>
        <a
          href={stockAddress(row.stock, several ? row.exchange : undefined)}
          tabIndex={-1}
          onClick={() => onChosen(row)}
        >
          {row.stock}
        </a>
        <small>{row.exchange}</small>
        <button
          type="button"
          class="to-lists"
          tabIndex={-1}
          aria-label={`Lists of ${row.stock}`}
          title="Put it on a list, or take it off (L)"
          onClick={() => {
            onChosen(row);
            listedStock.value = row.stock;
          }}
        >
          +
        </button>
      </td>
      {columns.map((name) => (
        <BoardCell key={name} name={name} row={row} />
      ))}
    </tr>
  );
}
