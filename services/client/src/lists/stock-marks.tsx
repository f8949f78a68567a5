import { useEffect } from 'preact/hooks';
import { laterCommands, registerCommands } from '../commands/commands.ts';
import { Loadable } from '../ui/load-module.ts';
import { listedStock } from './favourites.ts';
import { ListNews } from './list-news.tsx';
import { StarButton } from './star-button.tsx';

const listCommands = new Loadable(async () => (await import('./list-commands.ts')).listCommands);

/** Beside a stock's name: its star, and on which lists it is. */
export function StockMarks({ stock }: { readonly stock: string }) {
  useEffect(() => registerCommands(laterCommands(listCommands)), []);
  return (
    <>
      <StarButton stock={stock} />
      <button
        type="button"
        class="to-lists"
        aria-haspopup="dialog"
        aria-label={`Lists of ${stock}`}
        title="Put it on a list, or take it off"
        onClick={() => {
          listedStock.value = stock;
        }}
      >
        +
      </button>
      <ListNews />
    </>
  );
}
