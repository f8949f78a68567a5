import { useLayoutEffect } from 'preact/hooks';
import { moment } from '../moment/moment.ts';

/** Names the browser's tab after what is shown, and whether it is of the past. */
export function useTitle(title: string): void {
  const isLive = moment.value === undefined;
  useLayoutEffect(() => {
    document.title = `${isLive ? '' : 'Not live · '}${title} · Tickwatch`;
  }, [title, isLive]);
}
