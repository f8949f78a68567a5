import type { Market } from './board/market.ts';
import { PaletteHost } from './commands/palette-host.tsx';
import { MomentHost } from './moment/moment-host.tsx';
import type { PageFeed } from './moment/page-feed.ts';
import { type Route, routeOf } from './route.ts';
import { place } from './router.ts';
import { NotFound } from './ui/not-found.tsx';
import { TopBar } from './ui/top-bar.tsx';
import { useViewFocus } from './ui/use-view-focus.ts';
import { AlertsView, BoardView, HistoryView, SplitView, StockView, SystemView } from './views.ts';

interface Props {
  readonly live: PageFeed;
  readonly market: Market;
}

export function App({ live, market }: Props) {
  const { path, query } = place.value;
  const route = routeOf(path, query);
  const name = route.view === 'stock' ? `stock ${route.stock}` : route.view;
  const spoken = useViewFocus(name);
  return (
    <>
      <a class="skip" href="#view">
        Skip to the content
      </a>
      <TopBar view={route.view} live={live} market={market} />
      <div id="view" class="view" tabIndex={-1}>
        <View route={route} live={live} market={market} />
      </div>
      <MomentHost feed={live} market={market} />
      <p class="unseen" role="status" data-announces="view">
        {spoken}
      </p>
      <PaletteHost market={market} />
    </>
  );
}

function View({ route, live, market }: Props & { readonly route: Route }) {
  switch (route.view) {
    case 'board':
      return <BoardView market={market} />;
    case 'stock':
      return <StockView key={route.stock} stock={route.stock} market={market} live={live} />;
    case 'split':
      return <SplitView market={market} live={live} />;
    case 'history':
      return <HistoryView market={market} live={live} />;
    case 'system':
      return <SystemView live={live} />;
    case 'alerts':
      return <AlertsView market={market} />;
    case 'nothing':
      return <NotFound path={route.path} />;
  }
}
