import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

export interface VisibleSlice {
  readonly start: number;
  readonly end: number;
  readonly rowHeight: number;
  /** Rows that a page has. */
  readonly page: number;
  /** Scrolls so that a row is in view. */
  readonly reveal: (index: number) => void;
}

/** Rows above and below the window that exist already, so that a quick scroll shows no holes. */
const OVERSCAN = 6;

/** Which rows of a long list are in view; only those exist as elements. */
export function useVisibleSlice(
  scroller: RefObject<HTMLDivElement | null>,
  /** Measures again when it changes: rows have another height then. */
  density: unknown,
): Signal<VisibleSlice> {
  const slice = useSignal<VisibleSlice>({ start: 0, end: 40, rowHeight: 34, page: 20, reveal: () => {} });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const styles = getComputedStyle(element);
      const rowHeight = Number.parseFloat(styles.getPropertyValue('--row-height')) || 34;
      const headHeight = Number.parseFloat(styles.getPropertyValue('--head-height')) || 0;
      const page = Math.max(1, Math.floor((element.clientHeight - headHeight) / rowHeight));
      const first = Math.floor(element.scrollTop / rowHeight);
      const start = Math.max(0, first - OVERSCAN);
      const end = first + page + 1 + OVERSCAN;
      const before = slice.peek();
      if (before.start === start && before.end === end && before.rowHeight === rowHeight) return;
      const reveal = (index: number): void => {
        const top = index * rowHeight;
        const room = element.clientHeight - headHeight;
        if (top < element.scrollTop) element.scrollTop = top;
        else if (top + rowHeight > element.scrollTop + room) element.scrollTop = top + rowHeight - room;
      };
      slice.value = { start, end, rowHeight, page, reveal };
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller, slice, density]);
  return slice;
}
