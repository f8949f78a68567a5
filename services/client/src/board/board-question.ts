import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { listParameters, type NamedList, readList } from '../lists/list-link.ts';
import { listOf, type Watchlist } from '../lists/watchlists.ts';
import { SHOWS, type Show } from './row-filter.ts';
import { parseSorting, SORT_KEYS, type Sorting, sortingText } from './sorting.ts';

/** The list that the board shows. */
export interface ShownList {
  readonly name: string;
  readonly stocks: readonly string[];
  /** False: it came by a link, and this browser does not keep it. */
  readonly kept: boolean;
  /** Stocks of the link beyond what a list holds. */
  readonly left: number;
}

/** What an address asks the board for. */
export interface BoardQuestion {
  readonly text: string;
  readonly exchange: string | undefined;
  readonly show: Show;
  /** undefined: by name, or in the list's own order. */
  readonly sorting: Sorting | undefined;
  readonly list: NamedList | undefined;
  readonly problems: readonly AddressProblem[];
}

export function readQuestion(query: URLSearchParams): BoardQuestion {
  const reader = new AddressReader(query);
  const show = reader.choice('show', SHOWS) ?? 'all';
  const sort = reader.choice('sort', SORTS);
  reader.refuseOthers(PARAMETERS);
  return {
    text: query.get('q') ?? '',
    exchange: query.get('exchange') || undefined,
    show,
    sorting: sort === undefined ? undefined : parseSorting(sort),
    list: readList(query),
    problems: reader.problems,
  };
}

const PARAMETERS = ['q', 'exchange', 'show', 'sort', 'list', 'name'];
const SORTS = SORT_KEYS.flatMap((key) => [key, `-${key}`]);

/** The same as parameters of an address; what is as usual is left out. */
export function questionParameters({
  text,
  exchange,
  show,
  sorting,
  list,
}: Omit<BoardQuestion, 'problems' | 'list'> & { readonly list: ShownList | undefined }): Record<
  string,
  string | undefined
> {
  return {
    q: text === '' ? undefined : text,
    exchange,
    show: show === 'all' ? undefined : show,
    sort: sorting === undefined ? undefined : sortingText(sorting),
    ...(list === undefined ? { list: undefined, name: undefined } : listParameters(list, list.kept)),
  };
}

/**
 * The list to show for the one that an address names.
 * @param own true: this place of the history showed the kept list of that name; what was changed since is in it
 * @returns undefined: a link by name only, and no list of that name is kept
 */
export function shownList(named: NamedList, kept: readonly Watchlist[], own: boolean): ShownList | undefined {
  const same = listOf(kept, named.name);
  const { stocks, left } = named;
  if (same !== undefined && (own || stocks === undefined || isSame(same.stocks, stocks)))
    return { ...same, kept: true, left: 0 };
  return stocks === undefined ? undefined : { name: named.name, stocks, kept: false, left };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((stock, place) => stock === other[place]);
}
