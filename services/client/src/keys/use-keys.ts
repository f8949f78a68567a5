import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type KeyBinding, registerKeys } from './key-table.ts';

/**
 * Keys that work while a component is on the page, listed under `?`. What they do is that of the latest drawing; which
 * keys there are is that of the first.
 * @param target the element in which they work; left out: the whole page
 */
export function useKeys(name: string, bindings: readonly KeyBinding[], target?: RefObject<EventTarget | null>): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useLayoutEffect(() => {
    if (target !== undefined && target.current === null) return;
    const lasting = bindings.map((binding, index) => ({
      ...binding,
      run: (event: KeyboardEvent) => (latest.current[index] ?? binding).run(event),
    }));
    return registerKeys({ name, bindings: lasting }, target?.current ?? undefined);
  }, [name]);
}
