import { useEffect } from 'preact/hooks';
import type { Loadable } from './load-module.ts';

/** What a part of the page's script holds, as soon as it is there; asks for it when a component is first drawn. */
export function useLoaded<T>(part: Loadable<T>): T | undefined {
  useEffect(() => void part.load(), [part]);
  return part.loaded.value;
}
