import { useSignal } from '@preact/signals';
import type { ShownList } from '../board/board-question.ts';
import type { BoardState } from '../board/board-state.ts';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import { keep, keptLists } from './kept-lists.ts';
import { fillList, freeName, listOf, makeList } from './watchlists.ts';

interface Props {
  readonly list: ShownList;
  readonly state: BoardState;
}

/** A list that came by a link: it is kept only by whoever wants it, and never in place of another without a question. */
export function SharedListKeeping({ list: { name, stocks }, state }: Props) {
  const fault = useSignal<string | undefined>(undefined);
  const same = listOf(keptLists.value, name);
  const free = freeName(keptLists.value, name);
  const keepAs = (kept: string): void => {
    fault.value = keep((lists) => makeList(lists, kept, stocks));
    if (fault.value === undefined) state.open({ name: kept, stocks });
  };
  return (
    <>
      <button type="button" class="button main" onClick={() => keepAs(free)}>
        {same === undefined ? 'Keep this list' : `Keep this list as “${free}”`}
      </button>
      {same !== undefined && (
        <ConfirmedButton
          action="Replace"
          label={`Replace your list ${name}`}
          question={`Replace your list “${name}”?`}
          busy={false}
          onConfirm={() => {
            fault.value = keep((lists) => fillList(lists, name, stocks));
            if (fault.value === undefined) state.open({ name, stocks });
          }}
        >
          Yours has {same.stocks.length} stocks, the one of the link {stocks.length}. Yours can’t be brought back.
        </ConfirmedButton>
      )}
      <p role="status">
        {same === undefined ? 'From a link; not kept in this browser.' : `From a link; your own “${name}” differs.`}
      </p>
      {fault.value !== undefined && (
        <p class="board-fault" role="alert">
          {fault.value}
        </p>
      )}
    </>
  );
}
