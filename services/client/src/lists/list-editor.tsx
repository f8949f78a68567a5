import { useSignal } from '@preact/signals';
import { MoveButton } from '../ui/move-button.tsx';
import { keep, toggleListed } from './kept-lists.ts';
import { fillList, moveStock, type Watchlist } from './watchlists.ts';

/** Puts stocks on a list, takes them off and moves them: their order is the list's own. */
export function ListEditor({ list: { name, stocks } }: { readonly list: Watchlist }) {
  const typed = useSignal('');
  const fault = useSignal<string | undefined>(undefined);
  const move = (stock: string, by: number): void => {
    fault.value = keep((lists) => moveStock(lists, name, stock, by));
  };
  return (
    <div class="list-editor">
      <form
        class="menu-form"
        onSubmit={(event) => {
          event.preventDefault();
          const stock = typed.value.trim();
          if (stock === '') return;
          fault.value = stocks.includes(stock)
            ? `“${stock}” is on this list already.`
            : keep((lists) => fillList(lists, name, [...stocks, stock]));
          if (fault.value === undefined) typed.value = '';
        }}
      >
        <input
          aria-label={`Stock to put on ${name}`}
          placeholder="Stock"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button">
          Add
        </button>
        {fault.value !== undefined && <p role="alert">{fault.value}</p>}
      </form>
      <ol class="menu-list" aria-label={`Stocks of ${name}`}>
        {stocks.map((stock, place) => (
          <li key={stock}>
            <span>{stock}</span>
            <MoveButton label={`${stock}: up`} by={-1} end={place === 0} move={(by) => move(stock, by)} />
            <MoveButton
              label={`${stock}: down`}
              by={1}
              end={place === stocks.length - 1}
              move={(by) => move(stock, by)}
            />
            <button
              type="button"
              aria-label={`Take ${stock} off`}
              onClick={() => {
                fault.value = toggleListed(name, stock);
              }}
            >
              ×
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
