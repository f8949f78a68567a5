import { useSignal } from '@preact/signals';
import { keep, keptLists } from './kept-lists.ts';
import { listOf, MAX_NAME, makeList, tidyName, type Watchlist } from './watchlists.ts';

interface Props {
  /** What it is to hold. */
  readonly stocks: readonly string[];
  readonly onMade?: (list: Watchlist) => void;
}

/** Makes a list under a name. */
export function NewList({ stocks, onMade }: Props) {
  const name = useSignal('');
  const fault = useSignal<string | undefined>(undefined);
  return (
    <form
      class="menu-form"
      onSubmit={(event) => {
        event.preventDefault();
        fault.value = keep((lists) => makeList(lists, name.value, stocks));
        if (fault.value !== undefined) return;
        const made = listOf(keptLists.peek(), tidyName(name.value));
        name.value = '';
        if (made !== undefined) onMade?.(made);
      }}
    >
      <input
        aria-label="Name of a new list"
        placeholder="New list"
        maxLength={2 * MAX_NAME}
        value={name.value}
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button">
        Make
      </button>
      {fault.value !== undefined && <p role="alert">{fault.value}</p>}
    </form>
  );
}
