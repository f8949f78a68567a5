import { signal } from '@preact/signals';
import { queryText } from './format/query-text.ts';
import { MOMENT_PARAMETER, momentText } from './moment/moment-text.ts';
import { enterEntry, keepScroll, leaveEntry } from './scroll-memory.ts';

/** Where the page is: a path and its query. Every view can be restored from it. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

function current(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const place = signal<Place>(current());

/** The address of what is shown, with what its view wrote into it. */
let shown = location.pathname + location.search;

addEventListener('popstate', () => {
  leaveEntry();
  enterEntry();
  // A step to a place on this page (`#view`) shows nothing else.
  if (location.pathname + location.search !== shown) show();
});

function show(): void {
  shown = location.pathname + location.search;
  place.value = current();
}

// The page remembers where its views were scrolled to; the browser would guess before they are filled.
history.scrollRestoration = 'manual';
keepScroll();

/** Goes to another view, with a way back. A moment of the past that is shown stays shown there. */
export function go(address: string): void {
  leaveEntry();
  history.pushState(null, '', withMoment(address));
  enterEntry();
  show();
  scrollTo(0, 0);
}

function withMoment(address: string): string {
  const at = momentText();
  const { pathname, searchParams } = new URL(address, location.href);
  if (at === undefined || searchParams.has(MOMENT_PARAMETER)) return address;
  searchParams.set(MOMENT_PARAMETER, at);
  return `${pathname}?${queryText(searchParams)}`;
}

/** Writes the view's state into the address, without a step in the history and without drawing the view again. */
export function rememberInAddress(parameters: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = queryText(query);
  shown = text === '' ? location.pathname : `${location.pathname}?${text}`;
  history.replaceState(history.state, '', shown);
}

/** Follows links of this page without loading it again; new tabs, downloads and what is not a view stay the browser's. */
export function followLinks(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest('a');
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || /^\/(?:api|grafana)(?:\/|$)/.test(link.pathname)) return;
    // A place on this page, as "Skip to the content" names one.
    if (link.hash !== '') return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** As {@link rememberInAddress}, with a step in the history: Back leads to what was seen before. */
export function stepInAddress(parameters: Readonly<Record<string, string | undefined>>): void {
  leaveEntry();
  history.pushState(null, '', location.href);
  rememberInAddress(parameters);
  enterEntry();
}
