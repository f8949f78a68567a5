import type { ColumnName } from './columns.ts';
import type { StockRow } from './stock-row.ts';

export const CELL = { role: 'gridcell' } as const;

/** The cell of a column: its painter looks for `data-cell`. */
export function BoardCell({ name, row }: { readonly name: ColumnName; readonly row: StockRow }) {
  switch (name) {
    case 'price':
      return (
        <td class="c-price" {...CELL}>
          <i data-cell="sign" class="sign" />
          <b data-cell="price" />
        </td>
      );
    case 'spark':
      return (
        <td class="c-spark" {...CELL}>
          <canvas />
        </td>
      );
    case 'range':
      return (
        <td class="c-range" {...CELL}>
          <span data-cell="low" />
          <span class="range" aria-hidden="true">
            <i class="range-mark" />
          </span>
          <span data-cell="high" />
        </td>
      );
    case 'exchange':
      return (
        <td class="c-exchange" {...CELL}>
          {row.exchange}
        </td>
      );
    default:
      return <td class={`c-${name} figure-cell`} data-cell={name} {...CELL} />;
  }
}
