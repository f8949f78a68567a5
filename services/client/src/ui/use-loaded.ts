import { useEffect } from 'preact/hooks';
import type { Loadable } from './load-module.ts';

/** What a part of the page's script holds, as soon as it is there. @param isWanted whether to load it now */
export function useLoaded<T>(part: Loadable<T>, isWanted = true): T | undefined {
  useEffect(() => {
    if (isWanted) void part.load();
  }, [part, isWanted]);
  return part.loaded.value;
}
