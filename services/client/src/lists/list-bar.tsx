import { useSignal } from '@preact/signals';
import type { BoardState } from '../board/board-state.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { listQuery } from './list-link.ts';
import { SharedListKeeping } from './shared-list-keeping.tsx';

interface Props {
  readonly state: BoardState;
}

const ListEditor = lazyPart(
  new Loadable(async () => (await import('./list-editor.tsx')).ListEditor),
  'The list’s editor',
);
/** So many names of stocks that are not there are told. */
const TOLD = 8;

/** Which list the board shows, and what can be done with it. */
export function ListBar({ state }: Props) {
  const editing = useSignal(false);
  const list = state.list.value;
  const lacked = state.lackedList.value;
  if (lacked !== undefined)
    return (
      <section class="list-bar" aria-label="List">
        <p role="status">
          This browser keeps no list “{lacked}”: whoever has it can send its link. All stocks are shown.
        </p>
        <CloseList state={state} />
      </section>
    );
  if (list === undefined) return null;
  return (
    <section class="list-bar" aria-label={`List ${list.name}`}>
      <h2>{list.name}</h2>
      {list.kept ? (
        <>
          <button
            type="button"
            class="button"
            aria-expanded={editing.value}
            onClick={() => {
              editing.value = !editing.value;
            }}
          >
            Edit
          </button>
          {listQuery(list) === undefined && (
            <p role="status">With {list.stocks.length} stocks this list is too long for a link.</p>
          )}
        </>
      ) : (
        <SharedListKeeping list={list} state={state} />
      )}
      <button
        type="button"
        class="button"
        aria-pressed={state.sorting.value.key === 'list'}
        onClick={() => state.sortBy('list')}
      >
        List’s order
      </button>
      <CloseList state={state} />
      <UnknownStocks state={state} />
      {editing.value && list.kept && <ListEditor list={list} />}
    </section>
  );
}

function CloseList({ state }: Props) {
  return (
    <button
      type="button"
      class="button"
      aria-label="Close the list"
      title="All stocks"
      onClick={() => state.closeList()}
    >
      ×
    </button>
  );
}

/** A list may name stocks that never ticked here. */
function UnknownStocks({ state }: Props) {
  const { rows } = state.all.value;
  const list = state.list.value;
  if (list === undefined || !state.market.complete.value) return null;
  const known = new Set(rows.map((row) => row.stock));
  const unknown = list.stocks.filter((stock) => !known.has(stock));
  const told = unknown.slice(0, TOLD).map((stock) => `“${stock}”`);
  if (unknown.length > told.length) told.push(`${unknown.length - told.length} more`);
  return (
    <>
      {unknown.length > 0 && <p role="status">Not on this board: {told.join(', ')}.</p>}
      {list.left > 0 && (
        <p role="status">
          The link names {list.left} stocks more than the {list.stocks.length} that a list holds: they are left out.
        </p>
      )}
      {list.stocks.length === 0 && (
        <p role="status">
          Nothing is on this list yet: put stocks on it by Edit, by the + of a row, or by L on the active one.
        </p>
      )}
    </>
  );
}
