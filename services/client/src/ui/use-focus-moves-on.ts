import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** For a list: when the item that had the focus goes, the one that follows it has it, or else the one before. */
export function useFocusMovesOn(): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    let held: Node | null = null;
    const hold = ({ target }: FocusEvent): void => {
      held = (target as Element).closest('li');
    };
    const observer = new MutationObserver((records) => {
      for (const { removedNodes, nextSibling, previousSibling } of records) {
        if (document.activeElement !== document.body || ![...removedNodes].some((node) => node === held)) continue;
        const next = (nextSibling ?? previousSibling) as Element | null;
        next?.querySelector<HTMLElement>('.button')?.focus({ preventScroll: true });
      }
    });
    element.addEventListener('focusin', hold);
    observer.observe(element, { childList: true });
    return () => {
      element.removeEventListener('focusin', hold);
      observer.disconnect();
    };
  }, []);
  return list;
}
