import { admin } from '../admin/admin-token.ts';
import type { Market } from '../board/market.ts';
import { paletteMode } from '../commands/open-palette.ts';
import { firingsPart } from '../firings/firings-part.ts';
import { isMac } from '../keys/key-names.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { toggleBar } from '../moment/moment-host.tsx';
import { barOpen } from '../moment/time-bar-state.ts';
import type { Route } from '../route.ts';
import { nextTheme, THEME_LABELS, theme } from '../settings.ts';
import { StatusBar } from './status-bar.tsx';
import { ZoneSelect } from './zone-select.tsx';

interface Props {
  readonly view: Route['view'];
  readonly live: LiveFeed;
  readonly market: Market;
}

const LINKS = [
  { href: '/', label: 'Board', views: ['board', 'stock', 'split'] },
  { href: '/history', label: 'History', views: ['history'] },
  { href: '/alerts', label: 'Alerts', views: ['alerts'] },
  { href: '/system', label: 'System', views: ['system'] },
] as const;

const THEME_MARKS = { system: '◐', light: '○', dark: '●', contrast: '◉' } as const;

/** The head of every view: where one is, how live it is, and what holds everywhere. */
export function TopBar({ view, live, market }: Props) {
  const firings = firingsPart.loaded.value;
  const themeText = `Theme: ${THEME_LABELS[theme.value]}`;
  return (
    <header class="top">
      <a class="brand" href="/" aria-label="Tickwatch, to the board">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 21l7-8 5 5 6-11 4 7h4" />
        </svg>
        <span>Tickwatch</span>
      </a>
      <nav aria-label="Views">
        {LINKS.map(({ href, label, views }) => (
          <a key={href} href={href} aria-current={views.some((name) => name === view) ? 'page' : undefined}>
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
      <span class="bell">{firings && <firings.Bell />}</span>
      <button
        type="button"
        class="search to-moment"
        aria-expanded={barOpen.value}
        aria-keyshortcuts="T"
        aria-label="Go to a moment"
        title="Go to a moment: the page as it stood then (T)"
        onClick={toggleBar}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3.2 8a7 7 0 1 1-.2 3M3 3.5V8h4.5M10 6v4.5l3 2" />
        </svg>
      </button>
      <button
        type="button"
        class="search"
        aria-haspopup="dialog"
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        aria-label="Search"
        title="Search stocks, times, views and settings"
        onClick={() => {
          paletteMode.value = 'all';
        }}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M13 13l4.5 4.5M14.5 8.75a5.75 5.75 0 1 1-11.5 0 5.75 5.75 0 0 1 11.5 0z" />
        </svg>
        <span data-keys={isMac ? '⌘K' : 'Ctrl K'}>Search</span>
      </button>
      <ZoneSelect />
      <button type="button" class="theme" onClick={nextTheme} title={themeText} aria-label={`${themeText}; change`}>
        {THEME_MARKS[theme.value]}
      </button>
    </header>
  );
}
