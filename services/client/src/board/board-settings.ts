import { computed, signal } from '@preact/signals';
import { stored } from '../stored.ts';
import { type ColumnName, NARROW_COLUMNS, PHONE_COLUMNS, parseColumns, USUAL_COLUMNS } from './columns.ts';

/** Which columns were chosen, in their order; null: the usual ones. */
export const chosenColumns = stored<readonly ColumnName[] | null>('columns', parseColumns, null);
export const favouritesFirst = stored('favourites-first', (saved) => saved === true, false);
export const moversShown = stored('movers', (saved) => saved !== false, true);

function matches(query: string) {
  const list = matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener('change', ({ matches }) => {
    now.value = matches;
  });
  return now;
}

/** As in the style sheet. */
export const isPhone = matches('(max-width: 720px)');
const isNarrow = matches('(max-width: 980px)');
/** Room for a line of movers above the rows. */
export const hasRoom = matches('(min-width: 721px) and (min-height: 600px)');

/** The columns that the board shows, in their order. */
export const shownColumns = computed<readonly ColumnName[]>(() => {
  if (isPhone.value) return PHONE_COLUMNS;
  return chosenColumns.value ?? (isNarrow.value ? NARROW_COLUMNS : USUAL_COLUMNS);
});
