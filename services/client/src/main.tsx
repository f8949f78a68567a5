import { render } from 'preact';
import { startAdmin } from './admin/admin-token.ts';
import { App } from './app.tsx';
import { Market } from './board/market.ts';
import { firstTime, watchClock } from './clock-watch.ts';
import { followExchange } from './exchange-zone.ts';
import { listenForFirings } from './firings/firings-part.ts';
import { inspector } from './inspect.ts';
import { ChannelFeed } from './live/channel-feed.ts';
import { followMoment } from './moment/moment-address.ts';
import { PageFeed } from './moment/page-feed.ts';
import { routeOf } from './route.ts';
import { followLinks, place } from './router.ts';
import { loadInQuiet } from './ui/preload.ts';
import { LATER, loadAhead } from './views.ts';
import './styles/index.css';

/** Watched until the API has told which exchanges there are. */
const DEFAULT_EXCHANGES = ['NASDAQ', 'NYSE'];

// First of all, so that a token doesn't stay in the address.
startAdmin();

const { path, query } = place.peek();
const viewIsThere = loadAhead(routeOf(path, query).view);

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');

await firstTime();
watchClock();
// Before anything is asked for: it may be of a moment.
followMoment();
const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/connection/websocket`;
const channels = new ChannelFeed(address);
const live = new PageFeed(channels);
const market = new Market(live);
render(<App live={live} market={market} />, root);
followLinks(root);
followExchange(market);
market.hours.start();
void market.start(DEFAULT_EXCHANGES, viewIsThere).then(() => loadInQuiet(() => listenForFirings(channels), LATER));
Object.defineProperty(window, 'tickwatch', { value: inspector(live, market) });
