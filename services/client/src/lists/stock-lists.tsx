import '../styles/board-menus.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keptLists, listedStock, toggleListed } from './kept-lists.ts';
import { NewList } from './new-list.tsx';
import { StarButton } from './star-button.tsx';

/** A dialog: on which lists a stock is. */
export function StockLists({ stock }: { readonly stock: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const fault = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // The dialog is taken away rather than closed: whoever opened it gets the focus back.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const close = (): void => {
    listedStock.value = undefined;
  };
  return (
    <dialog ref={dialog} class="confirm stock-lists" aria-labelledby="stock-lists-title" onClose={close}>
      <h2 id="stock-lists-title">
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
    </dialog>
  );
}
