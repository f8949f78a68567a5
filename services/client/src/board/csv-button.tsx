import { useSignal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { Loadable } from '../ui/load-module.ts';
import { shownColumns } from './board-settings.ts';
import type { BoardState } from './board-state.ts';

const csv = new Loadable(async () => (await import('./board-csv.ts')).saveBoard);
const reach = { onFocus: () => void csv.preload(), onPointerEnter: () => void csv.preload() };

/** Saves the board as it is shown: its rows in their order, its columns, whole figures. */
export function CsvButton({ state }: { readonly state: BoardState }) {
  const waiting = useSignal(false);
  const save = async (): Promise<void> => {
    if (waiting.peek()) return;
    waiting.value = true;
    const saveBoard = await csv.load();
    waiting.value = false;
    saveBoard(state.rows.peek(), shownColumns.peek(), nowMs());
  };
  return (
    <>
      <button
        type="button"
        class="button"
        title="Save what the board shows as CSV"
        aria-label="Save the board as CSV"
        onClick={() => void save()}
        {...reach}
      >
        CSV ↓
      </button>
      {waiting.value && csv.trouble.value !== undefined && (
        <span class="board-fault" role="alert">
          The file can’t be made now: it is saved as soon as it can be.
        </span>
      )}
    </>
  );
}
