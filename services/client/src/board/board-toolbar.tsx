import type { RefObject } from 'preact';
import { countText, shortCount } from '../format/number-text.ts';
import { useKeys } from '../keys/use-keys.ts';
import { CopyLink } from '../ui/copy-link.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { Menu } from '../ui/menu.tsx';
import type { BoardState } from './board-state.ts';
import { CsvButton } from './csv-button.tsx';
import { ExchangeChips, StateChips } from './filter-chips.tsx';

const ListsMenu = lazyPart(
  new Loadable(async () => (await import('../lists/lists-menu.tsx')).ListsMenu),
  'The menu of lists',
);
const ViewMenu = lazyPart(new Loadable(async () => (await import('./view-menu.tsx')).ViewMenu), 'The menu');

interface Props {
  readonly state: BoardState;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly toGrid: () => void;
}

/** What the board shows, and how much of it. */
export function BoardToolbar({ state, search, toGrid }: Props) {
  useKeys('Board', [{ keys: ['/'], does: 'Filter the stocks', run: () => search.current?.focus() }]);
  return (
    <div class="toolbar">
      <div class="field grow">
        <input
          ref={search}
          type="search"
          placeholder="Filter stocks   /"
          aria-label="Filter stocks by name"
          value={state.text.value}
          onInput={(event) => {
            state.text.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') toGrid();
          }}
        />
      </div>
      <ExchangeChips state={state} />
      <Totals state={state} />
      <div class="board-menus">
        <Menu label="Lists" name="Lists">
          {(close) => <ListsMenu state={state} close={close} />}
        </Menu>
        <Menu label="View" name="View">
          {() => <ViewMenu />}
        </Menu>
        <CsvButton state={state} />
        <CopyLink />
      </div>
      <StateChips state={state} />
    </div>
  );
}

function Totals({ state }: { readonly state: BoardState }) {
  const { ticksPerSecond } = state.market.pulse.value;
  const [shown, all] = [state.rows.value.length, state.all.value.rows.length];
  return (
    <dl class="pulse">
      <div>
        <dt>Stocks</dt>
        <dd>{state.isFiltered.value ? `${countText(shown)} of ${countText(all)}` : countText(all)}</dd>
      </div>
      <div class="rate">
        <dt>Ticks/s</dt>
        <dd>{shortCount(ticksPerSecond)}</dd>
      </div>
    </dl>
  );
}
