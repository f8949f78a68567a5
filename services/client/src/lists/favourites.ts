import { computed, signal } from '@preact/signals';
import { stored } from '../stored.ts';
import { stockNames } from './stock-names.ts';

const MAX_FAVOURITES = 1000;

const favouriteNames = stored('favourites', stockNames, []);

/** Stocks with a star, wherever they are traded. */
export const favourites = computed<ReadonlySet<string>>(() => new Set(favouriteNames.value));

/** What a key or a button did, for whoever doesn't see it; or why it did not. */
export const listNews = signal<{ readonly text: string; readonly refused: boolean }>({ text: '', refused: false });

/** The stock whose lists are being chosen; undefined: none. */
export const listedStock = signal<string | undefined>(undefined);

export function toggleFavourite(stock: string): void {
  const names = favouriteNames.peek();
  if (names.includes(stock)) {
    favouriteNames.value = names.filter((name) => name !== stock);
    say(`${stock} is no favourite any more`);
  } else if (names.length >= MAX_FAVOURITES) {
    say(`There can be ${MAX_FAVOURITES} favourites: take a star away to give one to “${stock}”.`, true);
  } else {
    favouriteNames.value = [...names, stock];
    say(`${stock} is a favourite`);
  }
}

function say(text: string, refused = false): void {
  listNews.value = { text, refused };
}
