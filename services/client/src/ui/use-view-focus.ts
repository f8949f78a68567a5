import { useEffect, useRef } from 'preact/hooks';

/**
 * Moves the focus to a view's heading when another view is shown, as a page that is loaded anew would begin at its top. A
 * view that has put the focus into itself keeps it there.
 * @param view names the view and what it is about
 */
export function useViewFocus(view: string): void {
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return undefined;
    shown.current = view;
    const before = document.activeElement;
    let frame = 0;
    // Views whose script is still to come have no heading yet: what holds the place gets the focus meanwhile.
    const look = (): void => {
      const held = document.activeElement;
      const own = held?.closest('#view main') ?? null;
      if (own !== null && held !== own && held !== before) return;
      const heading = document.querySelector<HTMLElement>('#view main h1');
      focusOn(heading ?? document.querySelector<HTMLElement>('#view main'));
      if (heading === null && performance.now() < until) frame = requestAnimationFrame(look);
    };
    const until = performance.now() + 10_000;
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [view]);
}

function focusOn(element: HTMLElement | null): void {
  if (element === null || element === document.activeElement) return;
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
