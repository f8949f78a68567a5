import { listedStock } from './kept-lists.ts';
import { ListNews } from './list-news.tsx';
import { StarButton } from './star-button.tsx';

/** Beside a stock's name: its star, and on which lists it is. */
export function StockMarks({ stock }: { readonly stock: string }) {
  return (
    <span class="stock-marks">
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
    </span>
  );
}
