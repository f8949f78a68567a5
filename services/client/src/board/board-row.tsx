import { useLayoutEffect, useRef } from 'preact/hooks';
import { stockAddress } from '../router.ts';
import type { StockRow } from './stock-row.ts';

interface Props {
  readonly row: StockRow;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly several: boolean;
  readonly mounted: (row: StockRow, root: HTMLElement) => () => void;
}

export function rowId(row: StockRow): string {
  return `row-${row.key}`;
}

/** The still parts of a row; what ticks change is written by its painter. */
export function BoardRow({ row, index, top, active, several, mounted }: Props) {
  const root = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => (root.current === null ? undefined : mounted(row, root.current)), [row, mounted]);
  return (
    <tr
      class="row"
      id={rowId(row)}
      ref={root}
      aria-rowindex={index + 2}
      aria-selected={active}
      style={{ transform: `translateY(${top}px)` }}
    >
      <td class="c-stock" title={`${row.stock}, ${row.exchange}`}>
        <a href={stockAddress(row.stock, several ? row.exchange : undefined)} tabIndex={-1}>
          {row.stock}
        </a>
        <small>{row.exchange}</small>
      </td>
      <td class="c-price">
        <i data-cell="sign" class="sign" />
        <b data-cell="price" />
      </td>
      <td class="c-change" data-cell="change" />
      <td class="c-percent" data-cell="percent" />
      <td class="c-spark">
        <canvas />
      </td>
      <td class="c-range">
        <span data-cell="low" />
        <span class="range" aria-hidden="true">
          <i class="range-mark" />
        </span>
        <span data-cell="high" />
      </td>
      <td class="c-rate" data-cell="rate" />
      <td class="c-age" data-cell="age" />
    </tr>
  );
}
