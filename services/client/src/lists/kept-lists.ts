import { stored } from '../stored.ts';
import { type Changed, parseLists, toggleStock, type Watchlist } from './watchlists.ts';

export const keptLists = stored('watchlists', parseLists, []);

/** Keeps what a change came to. @returns why nothing changed; undefined: it did */
export function keep(change: (lists: readonly Watchlist[]) => Changed): string | undefined {
  const changed = change(keptLists.peek());
  if (!changed.ok) return changed.reason;
  keptLists.value = changed.lists;
  return undefined;
}

/** Puts a stock on a list, or takes it off. @returns why not */
export function toggleListed(name: string, stock: string): string | undefined {
  return keep((all) => toggleStock(all, name, stock));
}
