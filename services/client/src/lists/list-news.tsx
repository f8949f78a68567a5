import { useEffect } from 'preact/hooks';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { listedStock, listNews } from './favourites.ts';

const StockLists = lazyPart(
  new Loadable(async () => (await import('./stock-lists.tsx')).StockLists),
  'The choice of lists',
);

/** Says what a key or a button did to favourites, and holds the dialog for the lists of one stock. */
export function ListNews() {
  const { text, refused } = listNews.value;
  const stock = listedStock.value;
  // Neither is meant for the view that comes next.
  useEffect(
    () => () => {
      listNews.value = { text: '', refused: false };
      listedStock.value = undefined;
    },
    [],
  );
  return (
    <>
      <p class={refused ? 'board-fault' : 'unseen'} role="status">
        {text}
      </p>
      {stock !== undefined && <StockLists key={stock} stock={stock} />}
    </>
  );
}
