import { useSignal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { shownColumns } from './board-settings.ts';
import type { BoardState } from './board-state.ts';

/** Saves the board as it is shown: its rows in their order, its columns, whole figures. */
export function CsvButton({ state }: { readonly state: BoardState }) {
  const failed = useSignal(false);
  const save = async (): Promise<void> => {
    try {
      const { saveBoard } = await import('./board-csv.ts');
      saveBoard(state.rows.peek(), shownColumns.peek(), nowMs());
      failed.value = false;
    } catch {
      failed.value = true;
    }
  };
  return (
    <>
      <button
        type="button"
        class="button"
        title="Save what the board shows as CSV"
        aria-label="Save the board as CSV"
        onClick={() => void save()}
      >
        CSV ↓
      </button>
      {failed.value && (
        <span class="board-fault" role="alert">
          The file can’t be made now: try again.
        </span>
      )}
    </>
  );
}
