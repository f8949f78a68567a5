import { useEffect, useState } from 'preact/hooks';
import type { Loadable } from './load-module.ts';

/** A part of the page's script once it is there. @param isWanted whether to load it now */
export function useLoaded<T>(part: Loadable<T>, isWanted: boolean): T | undefined {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!isWanted || part.loaded !== undefined) return undefined;
    let isGone = false;
    void part.load().then(() => !isGone && redraw((count) => count + 1));
    return () => {
      isGone = true;
    };
  }, [isWanted]);
  return part.loaded;
}
