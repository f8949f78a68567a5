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
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (root.current === null ? undefined : mounted(row, root.current)), [row, mounted]);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row
    <div
      class="row-place"
      role="row"
      id={rowId(row)}
      aria-rowindex={index + 2}
      aria-selected={active}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div class="row" ref={root} role="presentation">
        <span role="gridcell" class="c-stock">
          <a href={stockAddress(row.stock, several ? row.exchange : undefined)} tabIndex={-1}>
            {row.stock}
          </a>
          <small>{row.exchange}</small>
        </span>
        <span role="gridcell" class="c-price">
          <i data-cell="sign" class="sign" />
          <b data-cell="price" />
        </span>
        <span role="gridcell" class="c-change" data-cell="change" />
        <span role="gridcell" class="c-percent" data-cell="percent" />
        <span role="gridcell" class="c-spark">
          <canvas aria-hidden="true" />
        </span>
        <span role="gridcell" class="c-range">
          <span data-cell="low" />
          <span class="range" aria-hidden="true">
            <i class="range-mark" />
          </span>
          <span data-cell="high" />
        </span>
        <span role="gridcell" class="c-rate" data-cell="rate" />
        <span role="gridcell" class="c-age" data-cell="age" />
      </div>
    </div>
  );
}
