import { admin } from './admin/admin-token.ts';
import { BoardView } from './board/board-view.tsx';
import type { Market } from './board/market.ts';
import { nowMs } from './clock.ts';
import { offsetText } from './format/time-text.ts';
import { ZONE_CHOICES, ZONE_LABELS } from './format/zone.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { place } from './router.ts';
import { nextTheme, theme, zone } from './settings.ts';
import { StockView } from './stock/stock-view.tsx';
import { lazyView } from './ui/lazy-view.tsx';
import { Notice } from './ui/notice.tsx';
import { StatusBar } from './ui/status-bar.tsx';

interface Props {
  readonly live: LiveFeed;
  readonly market: Market;
}

const HistoryView = lazyView(async () => (await import('./history/history-view.tsx')).HistoryView);
const SplitView = lazyView(async () => (await import('./split/split-view.tsx')).SplitView);
const SystemView = lazyView(async () => (await import('./system/system-view.tsx')).SystemView);

const LINKS = [
  { href: '/', label: 'Board' },
  { href: '/history', label: 'History' },
  { href: '/system', label: 'System' },
] as const;

const THEME_MARKS = { system: '◐', light: '○', dark: '●' } as const;

export function App({ live, market }: Props) {
  const { path } = place.value;
  return (
    <>
      <a class="skip" href="#view">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/" aria-label="Tickwatch, to the board">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 21l7-8 5 5 6-11 4 7h4" />
          </svg>
          <span>Tickwatch</span>
        </a>
        <nav aria-label="Views">
          {LINKS.map(({ href, label }) => (
            <a key={href} href={href} aria-current={isCurrent(path, href) ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <StatusBar live={live} market={market} />
        {admin.value.is === 'administrator' && (
          <a class="admin-mark" href="/system" title="Signed in as administrator in this tab">
            Admin
          </a>
        )}
        <label class="zone">
          <span class="unseen">Time zone</span>
          <select
            value={zone.value}
            onChange={(event) => {
              const chosen = ZONE_CHOICES.find((choice) => choice === event.currentTarget.value);
              if (chosen !== undefined) zone.value = chosen;
            }}
          >
            {ZONE_CHOICES.map((choice) => (
              <option key={choice} value={choice}>
                {choice === 'utc' ? 'UTC' : `${ZONE_LABELS[choice]} (${offsetText(choice, nowMs())})`}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="theme"
          onClick={nextTheme}
          title={`Theme: ${theme.value}`}
          aria-label={`Theme: ${theme.value}; change`}
        >
          {THEME_MARKS[theme.value]}
        </button>
      </header>
      <div id="view" class="view">
        <View path={path} live={live} market={market} />
      </div>
    </>
  );
}

function isCurrent(path: string, href: string): boolean {
  return path === href || (href === '/' && (path.startsWith('/stock/') || path === '/split'));
}

function View({ path, live, market }: Props & { readonly path: string }) {
  const stock = /^\/stock\/([^/]+)$/.exec(path)?.[1];
  if (path === '/' || path === '/index.html') return <BoardView market={market} />;
  if (stock !== undefined) {
    const name = decodeName(stock);
    return <StockView key={name} stock={name} market={market} live={live} />;
  }
  if (path === '/history') return <HistoryView market={market} live={live} />;
  if (path === '/split') return <SplitView market={market} live={live} />;
  if (path === '/system') return <SystemView live={live} />;
  return (
    <main class="page">
      <h1 class="unseen">Not found</h1>
      <Notice title="There is no such page">
        <a href="/">Go to the board</a>, where all stocks are.
      </Notice>
    </main>
  );
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
