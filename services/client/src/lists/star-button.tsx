import { favourites, toggleFavourite } from './favourites.ts';

interface Props {
  readonly stock: string;
  readonly tabIndex?: number;
}

/** Makes a stock a favourite, or no longer. */
export function StarButton({ stock, tabIndex = 0 }: Props) {
  const starred = favourites.value.has(stock);
  return (
    <button
      type="button"
      class="star"
      tabIndex={tabIndex}
      aria-pressed={starred}
      aria-label={`Favourite: ${stock}`}
      title={starred ? 'A favourite' : 'Make it a favourite'}
      onClick={() => toggleFavourite(stock)}
    >
      {starred ? '★' : '☆'}
    </button>
  );
}
