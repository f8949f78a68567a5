import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Marks on which sides a row that scrolls has more: `data-more` is `start`, `end`, both or none of them. */
export function useScrollCue(row: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = (): void => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      const sides = [scrollLeft > 2 && 'start', scrollLeft + clientWidth < scrollWidth - 2 && 'end'].filter(Boolean);
      if (element.dataset.more !== sides.join(' ')) element.dataset.more = sides.join(' ');
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
}
