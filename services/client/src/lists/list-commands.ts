import type { Command } from '../commands/commands.ts';
import { go } from '../router.ts';
import { keptLists } from './kept-lists.ts';
import { listQuery } from './list-link.ts';

const STATES = {
  favourites: 'Favourites',
  up: 'Stocks that are up',
  down: 'Stocks that are down',
  silent: 'Silent stocks',
};

/** What the search finds of lists and states of stocks, from wherever it is opened. */
export function listCommands(): readonly Command[] {
  const states = Object.entries(STATES).map(([show, title]) => ({
    ...{ id: `show/${show}`, title, group: 'Board', words: ['filter', 'show', show] },
    run: () => go(`/?show=${show}`),
  }));
  const lists = keptLists.peek().map((list) => ({
    ...{ id: `list/${list.name}`, title: list.name, group: 'Watchlists', hint: `${list.stocks.length} stocks` },
    run: () => go(`/${listQuery(list) ?? `?name=${encodeURIComponent(list.name)}`}`),
  }));
  return [...lists, ...states];
}
