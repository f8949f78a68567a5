import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Loadable, type LoadTrouble } from './load-module.ts';
import { stepFocus } from './menu-focus.ts';
import { useLoaded } from './use-loaded.ts';

const TROUBLES: Readonly<Record<LoadTrouble['is'], string>> = {
  offline: 'You are offline: this appears as soon as there is a connection again.',
  updated: 'The server was updated: load the page again to have this.',
  failing: 'This can’t be loaded now; the page keeps trying by itself.',
};

/** A part of a view, or what a menu shows, whose script is loaded when it is first shown. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const part = new Loadable(load);
  return function LazyPart(props: P) {
    const Part = useLoaded(part);
    const waiting = useRef<HTMLParagraphElement>(null);
    const menu = useRef<HTMLElement | null>(null);
    useEffect(() => {
      if (Part === undefined) menu.current = waiting.current?.closest<HTMLElement>('.menu') ?? null;
      // The menu was open before there was anything in it to have the focus.
      else if (menu.current !== null) stepFocus(menu.current, 0);
    }, [Part]);
    if (Part !== undefined) return <Part {...props} />;
    const trouble = part.trouble.value;
    return (
      <p class="lazy-part" role="status" ref={waiting}>
        {trouble === undefined ? 'Loading…' : TROUBLES[trouble.is]}
      </p>
    );
  };
}
