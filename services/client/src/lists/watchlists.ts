import { stockNames } from './stock-names.ts';

/** A named list of stocks, in the order of its owner. */
export interface Watchlist {
  readonly name: string;
  readonly stocks: readonly string[];
}

export const MAX_LISTS = 50;
export const MAX_STOCKS = 500;
export const MAX_NAME = 60;

/** What a change of the lists came to: the lists after it, or why there is none. */
export type Changed =
  | { readonly ok: true; readonly lists: readonly Watchlist[] }
  | { readonly ok: false; readonly reason: string };

/** The lists in what storage holds; what is no list is left out. */
export function parseLists(saved: unknown): readonly Watchlist[] {
  if (!Array.isArray(saved)) return [];
  const lists = new Map<string, Watchlist>();
  for (const entry of saved) {
    const { name, stocks } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const tidy = typeof name === 'string' ? tidyName(name) : '';
    if (tidy === '' || lists.has(tidy)) continue;
    lists.set(tidy, { name: tidy, stocks: stockNames(stocks).slice(0, MAX_STOCKS) });
  }
  return [...lists.values()].slice(0, MAX_LISTS);
}

/** A name as it is kept: one form of each letter, single spaces, not longer than {@link MAX_NAME}. */
export function tidyName(name: string): string {
  return [...name.normalize('NFC').replace(/\s+/gu, ' ').trim()].slice(0, MAX_NAME).join('').trim();
}

export function listOf(lists: readonly Watchlist[], name: string | undefined): Watchlist | undefined {
  return lists.find((list) => list.name === name);
}

/** Makes a list; never in place of another of its name. */
export function makeList(lists: readonly Watchlist[], name: string, stocks: readonly string[] = []): Changed {
  const fault = nameFault(lists, name);
  if (fault !== undefined) return refused(fault);
  if (lists.length >= MAX_LISTS)
    return refused(`There can be ${MAX_LISTS} lists: delete one to make “${tidyName(name)}”.`);
  if (stocks.length > MAX_STOCKS) return refused(fullText(tidyName(name)));
  return { ok: true, lists: [...lists, { name: tidyName(name), stocks }] };
}

export function renameList(lists: readonly Watchlist[], name: string, next: string): Changed {
  if (tidyName(next) === name) return { ok: true, lists };
  const fault = nameFault(lists, next);
  if (fault !== undefined) return refused(fault);
  return changed(lists, name, (list) => ({ ...list, name: tidyName(next) }));
}

export function deleteList(lists: readonly Watchlist[], name: string): Changed {
  return { ok: true, lists: lists.filter((list) => list.name !== name) };
}

/** Gives a list other stocks, or the same in another order. */
export function fillList(lists: readonly Watchlist[], name: string, stocks: readonly string[]): Changed {
  const each = stockNames(stocks);
  if (each.length > MAX_STOCKS) return refused(fullText(name));
  return changed(lists, name, (list) => ({ ...list, stocks: each }));
}

/** Puts a stock on a list, at its end, or takes it off. */
export function toggleStock(lists: readonly Watchlist[], name: string, stock: string): Changed {
  const stocks = listOf(lists, name)?.stocks ?? [];
  return fillList(lists, name, stocks.includes(stock) ? stocks.filter((one) => one !== stock) : [...stocks, stock]);
}

/** Moves a stock by so many places towards the end; not beyond it. */
export function moveStock(lists: readonly Watchlist[], name: string, stock: string, by: number): Changed {
  const stocks = [...(listOf(lists, name)?.stocks ?? [])];
  const from = stocks.indexOf(stock);
  if (from < 0) return refused(`“${stock}” is not on the list “${name}”.`);
  stocks.splice(from, 1);
  stocks.splice(Math.max(0, from + by), 0, stock);
  return fillList(lists, name, stocks);
}

/** The name itself, or with a number behind it where a list has it already. */
export function freeName(lists: readonly Watchlist[], name: string): string {
  const tidy = tidyName(name) || 'List';
  for (let number = 1; ; number++) {
    const tail = number === 1 ? '' : ` ${number}`;
    const candidate = `${[...tidy].slice(0, MAX_NAME - tail.length).join('')}${tail}`;
    if (listOf(lists, candidate) === undefined) return candidate;
  }
}

function nameFault(lists: readonly Watchlist[], name: string): string | undefined {
  const tidy = tidyName(name);
  if (tidy === '') return 'A list needs a name.';
  if ([...name.trim()].length > MAX_NAME)
    return `“${tidy}…” is too long: a list’s name has up to ${MAX_NAME} characters.`;
  return listOf(lists, tidy) === undefined ? undefined : `There is a list “${tidy}” already: choose another name.`;
}

function fullText(name: string): string {
  return `A list holds up to ${MAX_STOCKS} stocks, and “${name}” would have more: take one off, or make another list.`;
}

function changed(lists: readonly Watchlist[], name: string, change: (list: Watchlist) => Watchlist): Changed {
  if (listOf(lists, name) === undefined) return refused(`There is no list “${name}” any more.`);
  return { ok: true, lists: lists.map((list) => (list.name === name ? change(list) : list)) };
}

function refused(reason: string): Changed {
  return { ok: false, reason };
}
