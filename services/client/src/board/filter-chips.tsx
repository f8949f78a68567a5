import { countText } from '../format/number-text.ts';
import type { BoardState } from './board-state.ts';
import { SHOWS, type Show } from './row-filter.ts';

interface Props {
  readonly state: BoardState;
}

const LABELS: Readonly<Record<Show, { readonly label: string; readonly title: string }>> = {
  all: { label: 'All', title: 'Stocks in any state' },
  favourites: { label: '★ Favourites', title: 'Stocks with a star' },
  up: { label: '▲ Up', title: 'Stocks above their previous close' },
  down: { label: '▼ Down', title: 'Stocks below their previous close' },
  silent: { label: 'Silent', title: 'No tick for more than a minute, although the exchange is open' },
  closed: { label: 'Closed', title: 'Their exchange is closed' },
};

export function ExchangeChips({ state }: Props) {
  const chosen = state.exchange.value;
  const known = state.all.value.exchanges;
  // One that a link names is to be seen, and to be taken away, also when no stock is traded there.
  const names = chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  return (
    <fieldset class="chips" aria-label="Exchange">
      {[undefined, ...names].map((name) => (
        <button
          key={name ?? ''}
          type="button"
          aria-pressed={chosen === name}
          onClick={() => {
            state.exchange.value = name;
          }}
        >
          {name ?? 'All'}
        </button>
      ))}
    </fieldset>
  );
}

/** A chip for each state of stocks, with how many of those that the other filters let through are in it. */
export function StateChips({ state }: Props) {
  const counts = state.counts.value;
  return (
    <fieldset class="chips states-of-stocks" aria-label="State">
      {SHOWS.map((show) => (
        <button
          key={show}
          type="button"
          aria-pressed={state.show.value === show}
          title={LABELS[show].title}
          onClick={() => {
            state.show.value = show;
          }}
        >
          {LABELS[show].label} <b>{countText(counts[show])}</b>
        </button>
      ))}
    </fieldset>
  );
}
