import { useEffect, useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { place } from '../router.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { readSplitAddress } from './read-split-address.ts';
import { SplitPage } from './split-page.ts';
import { SplitPane } from './split-pane.tsx';
import { SplitTools } from './split-tools.tsx';

interface Props {
  readonly market: Market;
  readonly live: LiveFeed;
}

/** Two to four charts on one page. */
export function SplitView({ market, live }: Props) {
  // A step back begins anew, as its address says.
  const here = place.value;
  const address = useMemo(() => readSplitAddress(here.query), [here]);
  const page = useMemo(() => new SplitPage(address), [address]);
  useEffect(() => page.start(), [page]);
  const panes = page.panes.value;
  useTitle(panes.flatMap(({ name }) => name?.stock ?? []).join(', ') || 'Split view');
  return (
    <main class="split-view">
      <h1 class="unseen">Split view</h1>
      <AddressNotice problems={address.problems} />
      <SplitTools page={page} />
      <div class={`panes panes-${panes.length}${page.stacked.value ? ' stacked' : ''}`}>
        {panes.map((pane) => (
          <SplitPane key={pane.id} pane={pane} page={page} market={market} live={live} />
        ))}
      </div>
    </main>
  );
}
