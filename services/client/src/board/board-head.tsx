import { type ColumnName, columnOf } from './columns.ts';
import type { Sorting, SortKey } from './sorting.ts';

interface Props {
  readonly columns: readonly ColumnName[];
  readonly sorting: Sorting;
  readonly sortBy: (key: SortKey) => void;
}

const STOCK = { name: 'stock', label: 'Stock', title: 'Stock and its exchange', sort: 'stock' } as const;

export function BoardHead({ columns, sorting, sortBy }: Props) {
  const cells = [STOCK, ...columns.map((name) => ({ name, ...columnOf(name) }))];
  return (
    <thead {...ROWS}>
      <tr class="head" aria-rowindex={1} {...ROW}>
        <th scope="col" class="c-star" {...HEADER}>
          <span class="unseen">Favourite</span>
        </th>
        {cells.map(({ name, label, title, sort }) => (
          <th
            key={name}
            scope="col"
            class={`c-${name}`}
            title={title}
            aria-sort={sort === undefined ? undefined : direction(sorting, sort)}
            {...HEADER}
          >
            {sort === undefined ? (
              label
            ) : (
              <button type="button" onClick={() => sortBy(sort)}>
                {label}
                <i class="arrow" aria-hidden="true">
                  {sorting.key === sort ? (sorting.descending ? '↓' : '↑') : ''}
                </i>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

// The style sheet takes the table's display away, and with it what its parts are: they are named.
const ROWS = { role: 'rowgroup' } as const;
const ROW = { role: 'row' } as const;
const HEADER = { role: 'columnheader' } as const;

function direction(sorting: Sorting, key: SortKey): 'none' | 'ascending' | 'descending' {
  if (sorting.key !== key) return 'none';
  return sorting.descending ? 'descending' : 'ascending';
}
