import type { Sorting, SortKey } from './sorting.ts';

interface Column {
  readonly name: string;
  readonly label: string;
  readonly title: string;
  readonly sort?: SortKey;
}

const COLUMNS: readonly Column[] = [
  { name: 'stock', label: 'Stock', title: 'Stock and its exchange', sort: 'stock' },
  { name: 'price', label: 'Price', title: 'Latest price; the sign tells where it went', sort: 'price' },
  { name: 'change', label: 'Change', title: 'Since the previous close', sort: 'change' },
  { name: 'percent', label: 'Change %', title: 'Since the previous close, in per cent', sort: 'percent' },
  { name: 'spark', label: '15 min', title: 'The last fifteen minutes' },
  {
    name: 'range',
    label: 'Day range',
    title: 'Lowest and highest price of the last day that has any, and where the price is now',
  },
  { name: 'rate', label: 'Ticks/min', title: 'Ticks in the last minute', sort: 'rate' },
  { name: 'age', label: 'Age', title: 'Time since the latest price', sort: 'age' },
];

interface Props {
  readonly sorting: Sorting;
  readonly sortBy: (key: SortKey) => void;
}

export function BoardHead({ sorting, sortBy }: Props) {
  return (
    <thead>
      <tr class="head" aria-rowindex={1}>
        {COLUMNS.map(({ name, label, title, sort }) => (
          <th
            key={name}
            scope="col"
            class={`c-${name}`}
            title={title}
            aria-sort={sort === undefined ? undefined : direction(sorting, sort)}
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

function direction(sorting: Sorting, key: SortKey): 'none' | 'ascending' | 'descending' {
  if (sorting.key !== key) return 'none';
  return sorting.descending ? 'descending' : 'ascending';
}
