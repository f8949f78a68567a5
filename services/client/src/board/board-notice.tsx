import type { Signal } from '@preact/signals';
import { Notice } from '../ui/notice.tsx';
import type { Market } from './market.ts';

interface Props {
  readonly market: Market;
  readonly shown: number;
  readonly filter: Signal<string>;
}

/** What stands where rows would be: loading, nothing yet, nothing found, trouble. */
export function BoardNotice({ market, shown, filter }: Props) {
  if (shown > 0) return null;
  const state = market.state.value;
  if (state.state === 'loading') {
    return (
      <div class="skeleton-rows" role="status" aria-label="Loading stocks">
        {Array.from({ length: 10 }, (_, index) => (
          <div class="skeleton" key={index} />
        ))}
      </div>
    );
  }
  if (state.state === 'failed') {
    return (
      <Notice kind="bad" title="The stocks can’t be loaded" action="Try again" onAction={() => market.retry()}>
        {state.message}. The page keeps trying by itself.
      </Notice>
    );
  }
  if (market.rows.size === 0) {
    return (
      <Notice title="No prices yet">
        Tickwatch is running and waits for the first tick. Prices published on an exchange’s channel appear here at
        once.
      </Notice>
    );
  }
  return (
    <Notice
      title="No stock matches"
      action="Show all"
      onAction={() => {
        filter.value = '';
      }}
    >
      Nothing is called “{filter.value}” on this exchange.
    </Notice>
  );
}
