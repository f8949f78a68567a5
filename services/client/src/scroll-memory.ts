/**
 * Where each entry of the browser's history was scrolled to, so that Back leads to what was seen there; kept for the tab,
 * through reloads. It looks at `main`, which the views of one column scroll in; others remember their own.
 */

const STORAGE_KEY = 'tickwatch.scroll';
const MOST_ENTRIES = 100;
/** So long a view is given to fill until it reaches as far down as it did. */
const PATIENCE_MS = 5000;

const tops = new Map<string, number>(readKept());
/** The entry that is shown. */
let shown = '';
let endRestoring = (): void => {};

/** Begins to remember, with the page's first entry. */
export function keepScroll(): void {
  enterEntry();
  addEventListener('pagehide', () => {
    leaveEntry();
    try {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...tops].slice(-MOST_ENTRIES)));
    } catch {
      // Without storage a reload begins at the top.
    }
  });
}

/** Notes where the view is, before another entry takes its place. */
export function leaveEntry(): void {
  endRestoring();
  tops.delete(shown);
  const top = document.querySelector('main')?.scrollTop ?? 0;
  if (top > 0) tops.set(shown, top);
}

/** Scrolls to where the entry that is shown now was left, once the view is tall enough; a hand on the page ends it. */
export function enterEntry(): void {
  shown = entryName();
  const top = tops.get(shown);
  if (top === undefined) return;
  const until = performance.now() + PATIENCE_MS;
  const hands = new AbortController();
  endRestoring = () => hands.abort();
  for (const type of ['wheel', 'touchstart', 'keydown', 'pointerdown'])
    addEventListener(type, endRestoring, { signal: hands.signal });
  const look = (): void => {
    if (hands.signal.aborted) return;
    const main = document.querySelector('main');
    const reaches = main !== null && main.scrollHeight - main.clientHeight >= top;
    if (reaches) main.scrollTop = top;
    if (reaches || performance.now() > until) endRestoring();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The entry's own name, which it is given when it is first shown. */
export function entryName(): string {
  const state: unknown = history.state;
  const held = typeof state === 'object' && state !== null ? state : {};
  if ('entry' in held && typeof held.entry === 'string') return held.entry;
  const entry = Math.random().toString(36).slice(2);
  history.replaceState({ ...held, entry }, '');
  return entry;
}

function readKept(): [string, number][] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((pair) => typeof pair?.[0] === 'string' && typeof pair[1] === 'number')
      : [];
  } catch {
    return [];
  }
}
