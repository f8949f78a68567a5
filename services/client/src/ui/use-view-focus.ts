import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** So long a view is waited for whose script is still to come. */
const PATIENCE_MS = 30_000;

/**
 * Moves the focus to a view's heading when another view is shown, as a page that is loaded anew would begin at its top.
 * @param view names the view and what it is about
 * @returns what is to be said to whoever listens: which view is shown now, as it is called in the browser's tab
 */
export function useViewFocus(view: string): ReadonlySignal<string> {
  const spoken = useSignal('');
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return undefined;
    shown.current = view;
    let last = document.activeElement;
    const until = performance.now() + PATIENCE_MS;
    let frame = 0;
    const look = (): void => {
      const main = document.querySelector<HTMLElement>('#view main');
      const heading = main?.querySelector<HTMLElement>('h1') ?? null;
      // Whoever has moved it meanwhile, the view itself or a hand, keeps it.
      if (document.activeElement === last || document.activeElement === document.body) {
        focusOn(heading ?? main);
        last = document.activeElement;
      }
      if (heading !== null) spoken.value = document.title;
      else if (performance.now() < until) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [view]);
  return spoken;
}

function focusOn(element: HTMLElement | null): void {
  if (element === null || element === document.activeElement) return;
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
