import { moment } from '../moment/moment.ts';
import { Notice } from '../ui/notice.tsx';
import type { BoardState } from './board-state.ts';
import type { Show } from './row-filter.ts';

interface Props {
  readonly state: BoardState;
}

/** What stands where rows would be: loading, nothing yet, nothing found, trouble. */
export function BoardNotice({ state }: Props) {
  const { market } = state;
  if (state.rows.value.length > 0) return null;
  const loaded = market.state.value;
  if (loaded.state === 'loading' || (loaded.state === 'ready' && !market.complete.value)) {
    return (
      <div class="skeleton-rows" role="status" aria-label="Loading stocks">
        {Array.from({ length: 10 }, (_, index) => (
          <div class="skeleton" key={index} />
        ))}
      </div>
    );
  }
  if (loaded.state === 'failed') {
    return (
      <Notice kind="bad" title="The stocks can’t be loaded" action="Try again" onAction={() => market.retry()}>
        {loaded.message}. The page keeps trying by itself.
      </Notice>
    );
  }
  if (state.all.value.rows.length === 0 && moment.value !== undefined) {
    return <Notice title="No prices yet">Nothing had been recorded at the moment that the page shows.</Notice>;
  }
  if (state.all.value.rows.length === 0) {
    return (
      <Notice title="No prices yet">
        Tickwatch is running and waits for the first tick. Prices published on an exchange’s channel appear here at
        once.
      </Notice>
    );
  }
  return (
    <Notice title="No stock matches" action="Show all" onAction={() => state.showAll()}>
      {reasonText(state)}
    </Notice>
  );
}

const STATES: Readonly<Record<Show, string>> = {
  all: '',
  favourites: 'a favourite',
  up: 'above its previous close',
  down: 'below its previous close',
  silent: 'silent',
  closed: 'closed',
};

/** `No stock of the list “Tech” on NYSE is called “x” and silent.` */
function reasonText({ text, exchange, show, list }: BoardState): string {
  const where = exchange.value === undefined ? '' : ` on ${exchange.value}`;
  const whose = list.value === undefined ? '' : ` of the list “${list.value.name}”`;
  const named = text.value.trim() === '' ? [] : [`has “${text.value.trim()}” in its name`];
  const is = show.value === 'all' ? [] : [`is ${STATES[show.value]}`];
  const what = [...named, ...is].join(' and ') || 'is known';
  const hint =
    show.value === 'favourites' ? ' The star of a row makes its stock a favourite, and F does on the active row.' : '';
  return `No stock${whose}${where} ${what}.${hint}`;
}
