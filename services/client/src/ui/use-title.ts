import { useLayoutEffect } from 'preact/hooks';

/** Names the browser's tab after what is shown. */
export function useTitle(title: string): void {
  useLayoutEffect(() => {
    document.title = `${title} · Tickwatch`;
  }, [title]);
}
