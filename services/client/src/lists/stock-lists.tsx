import { useSignal } from '@preact/signals';
import { Modal } from '../ui/modal.tsx';
import { listedStock } from './favourites.ts';
import { keptLists, toggleListed } from './kept-lists.ts';
import { NewList } from './new-list.tsx';
import { StarButton } from './star-button.tsx';

/** A dialog: on which lists a stock is. */
export function StockLists({ stock }: { readonly stock: string }) {
  const fault = useSignal<string | undefined>(undefined);
  const close = (): void => {
    listedStock.value = undefined;
  };
  return (
    <Modal class="stock-lists" label={`Lists of ${stock}`} onClose={close}>
      <h2>
        <StarButton stock={stock} /> Lists of {stock}
      </h2>
      <ul class="menu-list" aria-label="Lists">
        {keptLists.value.map(({ name, stocks }) => (
          <li key={name}>
            <label class="menu-check">
              <input
                type="checkbox"
                checked={stocks.includes(stock)}
                onChange={() => {
                  fault.value = toggleListed(name, stock);
                }}
              />
              {name} <small>{stocks.length}</small>
            </label>
          </li>
        ))}
      </ul>
      {fault.value !== undefined && <p role="alert">{fault.value}</p>}
      <NewList stocks={[stock]} />
      <div class="choices">
        <button type="button" class="button" onClick={close}>
          Done
        </button>
      </div>
    </Modal>
  );
}
