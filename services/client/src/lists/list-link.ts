import { stockNames } from './stock-names.ts';
import { MAX_STOCKS, tidyName, type Watchlist } from './watchlists.ts';

/** Servers and proxies refuse addresses of more than 8 KB: a list by itself stays well below, one that came so far is let pass. */
const MAX_LENGTH = 6000;
const MAX_CAME = 8000;

/** A list as a link names it. `stocks` undefined: only by its name, as a list that is too long for a link. */
export interface NamedList {
  readonly name: string;
  readonly stocks: readonly string[] | undefined;
  /** Stocks that the link names beyond what a list holds. */
  readonly left: number;
}

/**
 * The parameters of a link that carries a list; `list` undefined: it is too long for one. A comma in a stock’s name is `\,`.
 * @param kept false: it came by a link, and is nowhere else
 */
export function listParameters(
  { name, stocks }: Watchlist,
  kept = true,
): { readonly list: string | undefined; readonly name: string } {
  const list = stocks.map((stock) => stock.replace(/[\\,]|^\s|\s$/gu, '\\$&')).join(',');
  const { length } = encodeURIComponent(list).replaceAll('%2C', ',');
  return { list: length > (kept ? MAX_LENGTH : MAX_CAME) ? undefined : list, name };
}

/** The query of such a link; undefined: the list is too long for one. */
export function listQuery(watchlist: Watchlist): string | undefined {
  const { list, name } = listParameters(watchlist);
  // Commas between names stay as they are, so that a person can read and change the link.
  return list === undefined
    ? undefined
    : `?list=${encodeURIComponent(list).replaceAll('%5C%2C', '\0').replaceAll('%2C', ',').replaceAll('\0', '%5C%2C')}&name=${encodeURIComponent(name)}`;
}

/** The list that an address names; undefined: none. `list` may come several times. */
export function readList(query: URLSearchParams): NamedList | undefined {
  const lists = query.getAll('list');
  const name = tidyName(query.get('name') ?? '');
  if (lists.length === 0) return name === '' ? undefined : { name, stocks: undefined, left: 0 };
  const stocks = stockNames(lists.flatMap(splitNames));
  return {
    name: name === '' ? 'Shared list' : name,
    stocks: stocks.slice(0, MAX_STOCKS),
    left: Math.max(0, stocks.length - MAX_STOCKS),
  };
}

function splitNames(text: string): string[] {
  // Each name is a run of characters other than a comma, where a backslash takes the next character with it.
  return [...text.matchAll(/(?:\\.|[^\\,]|\\$)+/gsu)].map(([name]) =>
    name.replace(/^\s+|(?<!\\)\s+$/gu, '').replace(/\\(.)/gsu, '$1'),
  );
}
