import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { BoardState } from '../board/board-state.ts';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import { keep, keptLists } from './kept-lists.ts';
import { NewList } from './new-list.tsx';
import { deleteList, renameList, tidyName, type Watchlist } from './watchlists.ts';

interface Props {
  readonly state: BoardState;
  readonly close: () => void;
}

/** The kept lists: shows one, makes, renames and deletes them. */
export function ListsMenu({ state, close }: Props) {
  const open = (list: Watchlist | undefined): void => {
    if (list === undefined) state.closeList();
    else state.open(list);
    close();
  };
  const shown = state.list.value;
  const all = useRef<HTMLButtonElement>(null);
  return (
    <>
      <ul class="menu-list" aria-label="Lists">
        <li>
          <button
            ref={all}
            type="button"
            class="menu-open"
            aria-pressed={shown === undefined}
            onClick={() => open(undefined)}
          >
            All stocks
          </button>
        </li>
        {keptLists.value.map((list) => (
          <ListEntry key={list.name} list={list} state={state} open={open} onDeleted={() => all.current?.focus()} />
        ))}
      </ul>
      {keptLists.value.length === 0 && (
        <p>A list is a choice of stocks under a name of yours. This browser keeps it.</p>
      )}
      <NewList stocks={[]} onMade={open} />
    </>
  );
}

interface EntryProps {
  readonly state: BoardState;
  readonly open: (list: Watchlist) => void;
  readonly list: Watchlist;
  /** Where the focus was is gone. */
  readonly onDeleted: () => void;
}

function ListEntry({ list, state, open, onDeleted }: EntryProps) {
  const { name, stocks } = list;
  const isShown = state.list.value?.kept === true && state.list.value.name === name;
  const renaming = useSignal<string | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const rename = (event: Event): void => {
    event.preventDefault();
    const next = renaming.peek() ?? name;
    fault.value = keep((lists) => renameList(lists, name, next));
    if (fault.value !== undefined) return;
    renaming.value = undefined;
    if (isShown) state.open({ name: tidyName(next), stocks });
  };
  if (renaming.value !== undefined)
    return (
      <li>
        <form class="menu-form" onSubmit={rename}>
          <input
            ref={(input) => input?.focus()}
            aria-label={`New name of ${name}`}
            value={renaming.value}
            onInput={(event) => {
              renaming.value = event.currentTarget.value;
            }}
          />
          <button type="submit" class="button">
            Rename
          </button>
          {fault.value !== undefined && <p role="alert">{fault.value}</p>}
        </form>
      </li>
    );
  return (
    <li>
      <button type="button" class="menu-open" aria-pressed={isShown} onClick={() => open(list)}>
        <span>{name}</span> <small>{stocks.length}</small>
      </button>
      <button
        type="button"
        aria-label={`Rename ${name}`}
        title="Rename"
        onClick={() => {
          renaming.value = name;
        }}
      >
        ✎
      </button>
      <ConfirmedButton
        action="Delete"
        label={`Delete ${name}`}
        question={`Delete the list “${name}”?`}
        busy={false}
        onConfirm={() => {
          if (isShown) state.closeList();
          keep((lists) => deleteList(lists, name));
          onDeleted();
        }}
      >
        Its {stocks.length} stocks stay on the board; only this list of them is gone, in this browser.
      </ConfirmedButton>
    </li>
  );
}
